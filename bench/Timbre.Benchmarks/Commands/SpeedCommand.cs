using System.CommandLine;
using System.Diagnostics;
using Timbre.Audio;
using Timbre.Benchmarks.Evaluation;
using Timbre.Benchmarks.Peers;
using Timbre.Generation;
using Timbre.Loading;
using Timbre.Models.Kokoro;
using Timbre.Models.Whisper;
using TorchSharp;

namespace Timbre.Benchmarks.Commands;

/// <summary>Speed of both models, side by side with whisper.cpp and ONNX Runtime in one run.</summary>
internal static class SpeedCommand
{
    private const string ShortText = "Hello from Timbre.";

    private const string Paragraph =
        "The committee will announce its decision next Thursday afternoon. Nobody expected the small team to win the championship, "
        + "but they had trained hard for more than two years.";

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "whisper or kokoro" };
        var onnx = new Option<string?>("--onnx") { Description = "kokoro-v1.0.int8.onnx, for ONNX Runtime's side" };
        var runs = new Option<int>("--runs") { Description = "Timed runs of each", DefaultValueFactory = _ => 5 };
        var command = new Command("speed", "Times of both models beside whisper.cpp and ONNX Runtime, A B A B in one run") { only, onnx, runs };
        command.SetAction(parse =>
        {
            if (parse.GetValue(only) is not "kokoro")
                Whisper(parse, parse.GetValue(runs));
            if (parse.GetValue(only) is not "whisper")
                Kokoro(parse, parse.GetValue(onnx), parse.GetValue(runs));
        });
        return command;
    }

    private static void Whisper(ParseResult parse, int runs)
    {
        LoadOptions load = BenchmarkOptions.Load(parse);
        (float[] joined, _) = new SpeechClips(BenchmarkOptions.RealFolder(parse)).ReadJoined();
        float[] window = joined[..(30 * 16_000)];
        var clock = Stopwatch.StartNew();
        using var whisper = (WhisperModel)Speech.LoadSpeechToTextAsync(options: load).GetAwaiter().GetResult();
        double loaded = clock.Elapsed.TotalSeconds;
        using var peer = new WhisperCpp(load.Catalog.Find(whisper.Info.Name), torch.get_num_threads());

        List<Stopper.Timing> timings = Stopper.Run(
            runs,
            ("encode + first token, Timbre", () => TranscribeWindow(whisper, window, 1)),
            ("encode + first token, whisper.cpp", () => peer.TranscribeWindow(window, 1)),
            ("30 s window, Timbre", () => TranscribeWindow(whisper, window)),
            ("30 s window, whisper.cpp", () => peer.TranscribeWindow(window)),
            ("58 s file, Timbre", () => Transcribe(whisper, joined, new WhisperOptions())),
            ("58 s file, whisper.cpp", () => peer.Transcribe(joined)));
        var report = new BenchmarkReport("speed-whisper", "what", "best s", "median s", "processor s", "beside whisper.cpp");
        AddPairs(report, timings);
        int tokens = TranscribeWindow(whisper, window).Segments.Sum(segment => segment.Tokens.Count);
        report.Note($"Decoding, as what the window takes beyond its first token, of {tokens}: "
            + $"{1000 * (timings[2].Best - timings[0].Best) / tokens:F1} ms a token, whisper.cpp {1000 * (timings[3].Best - timings[1].Best) / tokens:F1} ms.");
        report.Note($"Load {loaded:F2} s; real-time factor of the 58 s file {timings[4].Best / (joined.Length / 16_000.0):F3}; {Machine()}.");
        report.Finish(parse.GetValue(BenchmarkOptions.Save));
    }

    /// <summary>One window, whatever its text: without timestamps nothing is left over for a second one.</summary>
    private static Transcript TranscribeWindow(WhisperModel whisper, float[] samples, int? tokens = null) =>
        Transcribe(whisper, samples, new WhisperOptions { WithoutTimestamps = true, MaxTokensPerWindow = tokens });

    private static Transcript Transcribe(WhisperModel whisper, float[] samples, WhisperOptions options) => whisper.TranscribeAsync(
        AudioSource.FromBuffer(new AudioBuffer(samples, 16_000)), options with { Language = "en", Temperatures = [0] }).GetAwaiter().GetResult();

    private static void Kokoro(ParseResult parse, string? onnx, int runs)
    {
        LoadOptions load = BenchmarkOptions.Load(parse);
        var clock = Stopwatch.StartNew();
        using var kokoro = (KokoroModel)Speech.LoadTextToSpeechAsync(options: load).GetAwaiter().GetResult();
        double loaded = clock.Elapsed.TotalSeconds;
        SpeechResult spoken = kokoro.SpeakAsync(Paragraph, new SpeechOptions { Seed = 1 }).GetAwaiter().GetResult();
        string phonemes = spoken.Segments[0].Phonemes;
        long[] ids = kokoro.Vocabulary.Encode(phonemes);
        float[] style = kokoro.Voice(null).Style(KokoroVocabulary.Length(phonemes));

        using KokoroOnnx? peer = onnx is null ? null : new KokoroOnnx(onnx, torch.get_num_threads());
        using var random = new RandomSource(1);
        List<(string, Action)> things = [($"{spoken.Segments[0].Audio.Duration.TotalSeconds:F1} s of audio, Timbre", () => Speak(kokoro, ids, style, random))];
        if (peer is not null)
            things.Add(("the same, ONNX Runtime int8", () => peer.Speak(ids, style)));
        List<Stopper.Timing> timings = Stopper.Run(runs, [.. things]);
        var report = new BenchmarkReport("speed-kokoro", "what", "best s", "median s", "processor s", "beside ONNX Runtime");
        AddPairs(report, timings);
        report.Note($"Load {loaded:F2} s; real-time factor {timings[0].Best / spoken.Segments[0].Audio.Duration.TotalSeconds:F3}; "
            + $"first audio of a paragraph after {FirstAudio(kokoro, Paragraph):F2} s, of '{ShortText}' after {FirstAudio(kokoro, ShortText):F2} s; {Machine()}.");
        report.Finish(parse.GetValue(BenchmarkOptions.Save));
    }

    private static void Speak(KokoroModel kokoro, long[] ids, float[] style, RandomSource random)
    {
        using IDisposable mode = torch.inference_mode();
        kokoro.Network.Forward(ids, style, 1, random, new StageTrace(CancellationToken.None));
    }

    private static double FirstAudio(KokoroModel kokoro, string text)
    {
        var clock = Stopwatch.StartNew();
        return FirstAsync().GetAwaiter().GetResult();

        async Task<double> FirstAsync()
        {
            await foreach (SpeechSegment _ in kokoro.SpeakStreamingAsync(text))
                return clock.Elapsed.TotalSeconds;
            return double.NaN;
        }
    }

    private static void AddPairs(BenchmarkReport report, List<Stopper.Timing> timings)
    {
        for (int i = 0; i < timings.Count; i++)
        {
            Stopper.Timing timing = timings[i];
            string ratio = i % 2 == 0 && i + 1 < timings.Count ? $"{timing.Best / timings[i + 1].Best:F2} (processor {timing.BestProcessor / timings[i + 1].BestProcessor:F2})" : "";
            report.Add(timing.Name, timing.Best, timing.Median, timing.BestProcessor, ratio);
        }
    }

    private static string Machine() =>
        $"{Environment.ProcessorCount} cores, {torch.get_num_threads()} threads, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB (with the peer in the same process)";
}
