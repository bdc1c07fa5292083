using System.CommandLine;
using Timbre.Audio;
using Timbre.Benchmarks.Evaluation;
using Timbre.Loading;

namespace Timbre.Benchmarks.Commands;

/// <summary>Word error rate of Whisper over the transcribed clips.</summary>
internal static class WerCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Whisper model", DefaultValueFactory = _ => "whisper-base-8bit" };
        var command = new Command("wer", "Word error rate over transcribed English clips, one by one and joined to one file") { model };
        command.SetAction((parse, cancellationToken) => RunAsync(parse, parse.GetValue(model)!, cancellationToken));
        return command;
    }

    private static async Task RunAsync(ParseResult parse, string model, CancellationToken cancellationToken)
    {
        LoadOptions load = BenchmarkOptions.Load(parse);
        var clips = new SpeechClips(BenchmarkOptions.RealFolder(parse));
        var normalizer = new TextNormalizer(Spellings(load.Catalog.Find(model)));
        using ISpeechToText whisper = await Speech.LoadSpeechToTextAsync(model, load, cancellationToken);
        var report = new BenchmarkReport("wer", "clip", "errors/words", "heard");

        var all = new WordErrors();
        foreach ((string name, string said) in clips.Said)
            all += await HearAsync(name, clips.Read(name), said);
        report.Add($"**{clips.Said.Count} clips**", all, "");
        (float[] joined, string saidJoined) = clips.ReadJoined();
        await HearAsync("**joined, 58 s**", joined, saidJoined);
        report.Finish(parse.GetValue(BenchmarkOptions.Save));

        async Task<WordErrors> HearAsync(string name, float[] samples, string said)
        {
            Transcript transcript = await whisper.TranscribeAsync(
                AudioSource.FromBuffer(new AudioBuffer(samples, 16_000)), new TranscriptionOptions { Language = "en", Temperatures = [0], WordTimestamps = true },
                cancellationToken: cancellationToken);
            var errors = WordErrors.Compare(normalizer.Words(said), normalizer.Words(transcript.Text));
            report.Add(name, errors, transcript.Text.Trim());
            return errors;
        }
    }

    /// <summary>The spelling table of a Whisper folder, where it has one.</summary>
    public static string? Spellings(string folder) =>
        Path.Combine(folder, "normalizer.json") is var path && File.Exists(path) ? path : null;
}
