using System.CommandLine;
using Timbre.Audio;
using Timbre.Loading;

namespace Timbre.Benchmarks.Commands;

/// <summary>Kokoro speaks, Whisper listens: how many words arrive.</summary>
internal static class RoundTripCommand
{
    /// <summary>The voices that take turns.</summary>
    public static string[] Voices { get; } = ["af_heart", "am_michael", "bf_emma", "bm_george", "af_bella"];

    /// <summary>The thirty sentences.</summary>
    public static string[] Sentences() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "sentences.txt"));

    public static Command Create()
    {
        var command = new Command("roundtrip", "Word error rate of thirty sentences that Kokoro speaks and Whisper transcribes");
        command.SetAction((parse, cancellationToken) => RunAsync(parse, cancellationToken));
        return command;
    }

    private static async Task RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        LoadOptions load = BenchmarkOptions.Load(parse);
        using ITextToSpeech kokoro = await Speech.LoadTextToSpeechAsync(options: load, cancellationToken: cancellationToken);
        using ISpeechToText whisper = await Speech.LoadSpeechToTextAsync(options: load, cancellationToken: cancellationToken);
        var normalizer = new TextNormalizer(WerCommand.Spellings(load.Catalog.Find(whisper.Info.Name)));
        var report = new BenchmarkReport("roundtrip", "voice", "said", "errors/words", "heard");
        var all = new WordErrors();
        string[] sentences = Sentences();
        for (int i = 0; i < sentences.Length; i++)
        {
            string voice = Voices[i % Voices.Length];
            SpeechResult speech = await kokoro.SpeakAsync(sentences[i], new SpeechOptions { Voice = voice, Seed = 1 }, cancellationToken);
            Transcript heard = await whisper.TranscribeAsync(
                AudioSource.FromBuffer(speech.Audio), new TranscriptionOptions { Language = "en", Temperatures = [0] }, cancellationToken: cancellationToken);
            var errors = WordErrors.Compare(normalizer.Words(sentences[i]), normalizer.Words(heard.Text));
            report.Add(voice, sentences[i], errors, errors.Errors == 0 ? "" : heard.Text.Trim());
            all += errors;
        }
        report.Add("**all**", "", all, "");
        report.Finish(parse.GetValue(BenchmarkOptions.Save));
    }
}
