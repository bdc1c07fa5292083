using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Timbre.Audio;
using Xunit;

namespace Timbre.Tests.Cli;

public class TtsCommandTests
{
    [Fact]
    public async Task WritesAFileAndNothingElse()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("tts", "one two three", "-o", run.At("new/speech.wav"), "--quiet"));
        AudioBuffer audio = AudioFile.Read(run.At("new/speech.wav"));
        Assert.Equal((FakeSpeaker.Rate, 3 * FakeSpeaker.Rate / 10), (audio.SampleRate, audio.Samples.Length));
        Assert.Equal(["speech.wav"], Directory.GetFileSystemEntries(run.At("new")).Select(Path.GetFileName));
        Assert.Empty(run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task ATextWithoutAnythingToSpeakIsAnErrorAndLeavesNoFile()
    {
        using var run = new CliRun();
        Assert.Equal(1, await run.RunAsync("tts", "\U0001F600 …", "-o", run.At("new/a.wav")));
        Assert.Contains("nothing that can be spoken", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(run.At("new")));
    }

    [Fact]
    public async Task OptionsReachTheModel()
    {
        using var run = new CliRun();
        await run.RunAsync("tts", "Hi.", "-o", run.At("a.wav"), "--voice", "anna:0.5+bob:0.5", "--speed", "1.25", "--language", "en-gb", "--seed", "9");
        Assert.Equal(new SpeechOptions { Voice = "anna:0.5+bob:0.5", Speed = 1.25, Language = "en-gb", Seed = 9 }, run.Speaker.Options);
    }

    [Fact]
    public async Task StandardOutputGetsTheAudio()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("tts", "one two", "-o", "-"));
        using AudioSource source = AudioSource.FromStream(new MemoryStream(run.Bytes));
        using IMonoReader reader = source.OpenMono(FakeSpeaker.Rate);
        Assert.Equal(2 * FakeSpeaker.Rate / 10, reader.Read(new float[FakeSpeaker.Rate]));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task AFormatThatIsNamedWinsOverTheFilesName()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("tts", "one", "-o", run.At("a.wav"), "--format", "pcm"));
        Assert.Equal(2 * FakeSpeaker.Rate / 10, new FileInfo(run.At("a.wav")).Length);
    }

    [Fact]
    public async Task JsonTellsWordsAndSpeed()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("tts", "one two", "-o", run.At("a.wav"), "--json"));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement root = json.RootElement;
        Assert.Equal(1600, root.GetProperty("samples").GetInt32());
        Assert.Equal(FakeSpeaker.Rate, root.GetProperty("sample_rate").GetInt32());
        Assert.Equal(0.2, root.GetProperty("duration").GetDouble());
        Assert.Equal("/one/ /two/", root.GetProperty("phonemes").GetString());
        Assert.True(root.GetProperty("real_time_factor").GetDouble() >= 0);
        JsonElement word = root.GetProperty("segments")[1].GetProperty("words")[0];
        Assert.Equal(("two", 0.1), (word.GetProperty("word").GetString(), word.GetProperty("start").GetDouble()));
    }

    [Theory]
    [InlineData("-", null)]
    [InlineData(null, null)]
    [InlineData("--file", "text.txt")]
    [InlineData("--file", "-")]
    public async Task ReadsTheTextFromElsewhere(string? argument, string? value)
    {
        using var run = new CliRun { Input = Encoding.UTF8.GetBytes("Grüße.\n") };
        await File.WriteAllTextAsync(run.At("text.txt"), "Grüße.\n", TestContext.Current.CancellationToken);
        string?[] source = [argument, value == "text.txt" ? run.At(value) : value];
        Assert.Equal(0, await run.RunAsync(["tts", .. source.OfType<string>(), "-o", run.At("a.wav")]));
        Assert.Equal("Grüße.", run.Speaker.Text!.Trim());
    }

    [Theory]
    [InlineData("tts", "Hi.")]
    [InlineData("tts", "Hi.", "-o", "-", "--json")]
    [InlineData("tts", "Hi.", "--file", "text.txt", "-o", "a.wav")]
    [InlineData("tts", " ", "-o", "a.wav")]
    [InlineData("tts", "-", "-o", "a.wav")]
    [InlineData("tts", "Hi.", "-o", "a.docx")]
    [InlineData("tts", "Hi.", "-o", "a.wav", "--format", "docx")]
    public async Task WhatDoesNotGoTogetherIsWrongUsage(params string[] arguments)
    {
        using var run = new CliRun();
        Assert.Equal(2, await run.RunAsync(arguments));
        Assert.Empty(run.Output);
        Assert.Null(run.LoadOptions);
    }

    [Fact]
    public async Task WithoutATextATerminalIsAskedForOne()
    {
        using var run = new CliRun { OnTerminal = true };
        Assert.Equal(2, await run.RunAsync("tts", "-o", "a.wav"));
        Assert.Contains("give a text", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureHalfWayLeavesTheOldFile()
    {
        using var run = new CliRun { Speaker = new FakeSpeaker { BeforeSegment = i => { if (i == 1) throw new IOException("the disk is full"); } } };
        await File.WriteAllTextAsync(run.At("a.wav"), "old", TestContext.Current.CancellationToken);
        Assert.Equal(1, await run.RunAsync("tts", "one two", "-o", run.At("a.wav")));
        AssertOnlyOldFile(run);
    }

    [Fact]
    public async Task CancellingLeavesTheOldFile()
    {
        using var stop = new CancellationTokenSource();
        using var run = new CliRun { CancellationToken = stop.Token, Speaker = new FakeSpeaker { BeforeSegment = i => { if (i == 1) stop.Cancel(); } } };
        await File.WriteAllTextAsync(run.At("a.wav"), "old", TestContext.Current.CancellationToken);
        Assert.Equal(130, await run.RunAsync("tts", "one two", "-o", run.At("a.wav")));
        AssertOnlyOldFile(run);
    }

    [Fact]
    public async Task APipeIsWrittenNotReplaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        using var run = new CliRun();
        using (Process made = Process.Start("mkfifo", run.At("pipe")))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<byte[]> read = Task.Run(() => File.ReadAllBytes(run.At("pipe")));
        Assert.Equal(0, await run.RunAsync("tts", "one", "-o", run.At("pipe"), "--format", "pcm"));
        Assert.Equal(2 * FakeSpeaker.Rate / 10, (await read).Length);
        Assert.Equal(0, await run.RunAsync("tts", "one", "-o", "/dev/null"));
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    private static void AssertOnlyOldFile(CliRun run)
    {
        Assert.Equal("old", File.ReadAllText(run.At("a.wav")));
        Assert.Equal(["a.wav", "speech.wav"], Directory.GetFileSystemEntries(run.Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
