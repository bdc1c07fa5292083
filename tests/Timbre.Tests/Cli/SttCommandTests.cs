using System.Text.Json;
using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Cli;

public class SttCommandTests
{
    private const string Text = "Hello there. Über naïve façades.";

    [Fact]
    public async Task StandardOutputHoldsTheTranscriptAndNothingElse()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav")));
        Assert.Equal(Text + "\n", run.Output);
        Assert.Empty(run.Error);
        Assert.True(run.Listener.IsDisposed);
    }

    [Fact]
    public async Task OnATerminalSegmentsComeLineByLine()
    {
        using var run = new CliRun { OnTerminal = true };
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav")));
        Assert.Equal("Hello there.\nÜber naïve façades.\n", run.Output);
    }

    [Fact]
    public async Task GeneralOptionsAreThoseOfAnyModel()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "--language", "de", "--task", "translate", "--word-timestamps",
            "--initial-prompt", "Names:", "--hotwords", "Anna, Bo", "--temperature", "0,0.5", "--beam-size", "4", "--seed", "7"));
        TranscriptionOptions options = run.Listener.Options!;
        Assert.IsNotType<WhisperOptions>(options);
        Assert.Equal(("de", TranscriptionTask.Translate, true, "Names:", 4, 7ul),
            (options.Language, options.Task, options.WordTimestamps, options.InitialPrompt, options.BeamSize, options.Seed));
        Assert.Equal(["Anna", "Bo"], options.HotWords);
        Assert.Equal([0, 0.5], options.Temperatures!);
    }

    [Fact]
    public async Task NothingGivenLeavesTheModelItsDefaults()
    {
        using var run = new CliRun();
        await run.RunAsync("stt", run.At("speech.wav"));
        Assert.Equal(new TranscriptionOptions(), run.Listener.Options! with { HotWords = new TranscriptionOptions().HotWords });
    }

    [Fact]
    public async Task WhispersOwnOptionsReachIt()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "--language", "en", "--best-of", "3", "--patience", "1.5",
            "--length-penalty", "0.6", "--clip-timestamps", "1,2.5", "--hallucination-silence-threshold", "2",
            "--condition-on-previous-text", "false", "--no-speech-threshold", "none", "--logprob-threshold", "-0.5",
            "--compression-ratio-threshold", "2", "--suppress-tokens", "none", "--suppress-blank", "false", "--without-timestamps",
            "--max-initial-timestamp", "0.5", "--prefix", "So", "--max-tokens-per-window", "50"));
        var options = Assert.IsType<WhisperOptions>(run.Listener.Options);
        Assert.Equal("en", options.Language);
        Assert.Equal((3, 1.5, 0.6), (options.BestOf, options.Patience, options.LengthPenalty));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5)], options.ClipTimestamps);
        Assert.Equal(TimeSpan.FromSeconds(2), options.HallucinationSilenceThreshold);
        Assert.Equal((false, null, -0.5, 2.0),
            (options.ConditionOnPreviousText, options.NoSpeechThreshold, options.LogProbabilityThreshold, options.CompressionRatioThreshold));
        Assert.Empty(options.SuppressTokens!);
        Assert.Equal((false, true, TimeSpan.FromSeconds(0.5), "So", 50),
            (options.SuppressBlank, options.WithoutTimestamps, options.MaxInitialTimestamp, options.Prefix, options.MaxTokensPerWindow));
    }

    [Theory]
    [InlineData("srt", "1\n00:00:00,000 --> 00:00:01,000\nHello there.\n")]
    [InlineData("vtt", "WEBVTT\n")]
    [InlineData("tsv", "start\tend\ttext\n")]
    [InlineData("lrc", "[00:00.00]")]
    [InlineData("lines", "Hello there.\n")]
    public async Task FormatsGoToStandardOutput(string format, string start)
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "--format", format));
        Assert.StartsWith(start, run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonIsOneDocument()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "--json"));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(2, json.RootElement.GetProperty("segments").GetArrayLength());
        Assert.Equal("en", json.RootElement.GetProperty("language").GetString());
    }

    [Fact]
    public async Task TheOutputsNameTellsTheFormat()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "-o", run.At("new/talk.vtt")));
        Assert.StartsWith("WEBVTT", await File.ReadAllTextAsync(run.At("new/talk.vtt"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task AFolderGetsAFileForEachInputAndFormat()
    {
        using var run = new CliRun();
        File.Copy(run.At("speech.wav"), run.At("other.wav"));
        Assert.Equal(0, await run.RunAsync("stt", run.At("*.wav"), "--output-dir", run.At("out"), "--format", "txt,srt", "--format", "json"));
        Assert.Equal(["other.json", "other.srt", "other.txt", "speech.json", "speech.srt", "speech.txt"],
            Directory.GetFiles(run.At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task SeveralTextsOnStandardOutputAreNamedOnStandardError()
    {
        using var run = new CliRun { Input = CliRun.Silence() };
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "-"));
        Assert.Equal($"{Text}\n{Text}\n", run.Output);
        Assert.Equal($"{run.At("speech.wav")}:\n-:\n", run.Error);
    }

    [Fact]
    public async Task ReadsStandardInput()
    {
        using var run = new CliRun { Input = CliRun.Silence() };
        Assert.Equal(0, await run.RunAsync("stt", "-"));
        Assert.Equal(Text + "\n", run.Output);
    }

    [Theory]
    [InlineData("speech.wav", "-o", "a.txt", "--output-dir", "out")]
    [InlineData("speech.wav", "--format", "txt,srt")]
    [InlineData("speech.wav", "--format", "srt", "--json")]
    [InlineData("speech.wav", "--format", "docx")]
    [InlineData("speech.wav", "--max-line-width", "20")]
    [InlineData("speech.wav", "--format", "srt", "--highlight-words")]
    [InlineData("speech.wav", "-", "--format", "srt")]
    [InlineData("speech.wav", "-", "-o", "a.txt")]
    [InlineData("speech.wav", "--output-dir", "out", "--format", "txt,lines")]
    public async Task WhatDoesNotGoTogetherIsWrongUsage(params string[] arguments)
    {
        using var run = new CliRun { Input = CliRun.Silence() };
        Assert.Equal(2, await run.RunAsync(["stt", .. arguments.Select(argument => argument == "speech.wav" ? run.At(argument) : argument)]));
        Assert.Empty(run.Output);
        Assert.Null(run.LoadOptions);
    }

    [Fact]
    public async Task AMissingFileFailsBeforeTheModelIsLoaded()
    {
        using var run = new CliRun();
        Assert.Equal(1, await run.RunAsync("stt", run.At("speech.wav"), run.At("none.wav")));
        Assert.Equal($"timbre: {run.At("none.wav")}: no such file.\n", run.Error);
        Assert.Null(run.LoadOptions);
    }

    [Fact]
    public async Task AFileThatCannotBeReadDoesNotStopTheOthers()
    {
        using var run = new CliRun();
        await File.WriteAllTextAsync(run.At("bad.wav"), "RIFF....WAVEjunk", TestContext.Current.CancellationToken);
        Assert.Equal(1, await run.RunAsync("stt", run.At("bad.wav"), run.At("speech.wav"), "--output-dir", run.At("out"), "--quiet"));
        Assert.Equal(["speech.txt"], Directory.GetFiles(run.At("out")).Select(Path.GetFileName));
        Assert.Contains("bad.wav", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureHalfWayLeavesTheOldFile()
    {
        using var run = new CliRun { Listener = new FakeListener { BeforeSegment = i => ThrowAt(i, new AudioFormatException("the end is cut off")) } };
        await File.WriteAllTextAsync(run.At("talk.srt"), "old", TestContext.Current.CancellationToken);
        Assert.Equal(1, await run.RunAsync("stt", run.At("speech.wav"), "-o", run.At("talk.srt")));
        AssertOnlyOldFile(run);
    }

    [Fact]
    public async Task CancellingLeavesTheOldFile()
    {
        using var stop = new CancellationTokenSource();
        using var run = new CliRun { CancellationToken = stop.Token, Listener = new FakeListener { BeforeSegment = i => { if (i == 1) stop.Cancel(); } } };
        await File.WriteAllTextAsync(run.At("talk.srt"), "old", TestContext.Current.CancellationToken);
        Assert.Equal(130, await run.RunAsync("stt", run.At("speech.wav"), "-o", run.At("talk.srt")));
        AssertOnlyOldFile(run);
        Assert.Empty(run.Error);
    }

    private static void AssertOnlyOldFile(CliRun run)
    {
        Assert.Equal("old", File.ReadAllText(run.At("talk.srt")));
        Assert.Equal(["speech.wav", "talk.srt"], Directory.GetFileSystemEntries(run.Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static void ThrowAt(int index, Exception error)
    {
        if (index == 1)
            throw error;
    }
}
