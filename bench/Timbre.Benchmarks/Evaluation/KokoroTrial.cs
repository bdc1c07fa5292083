using System.Diagnostics;
using Timbre.Audio;
using Timbre.Benchmarks.Commands;
using Timbre.Loading;

namespace Timbre.Benchmarks.Evaluation;

/// <summary>Kokoro in some weights: what Whisper hears of its sentences, and its speed beside that of the source's weights.</summary>
internal sealed class KokoroTrial : IDisposable
{
    private readonly ITextToSpeech _plain;
    private readonly ISpeechToText _whisper;
    private readonly TextNormalizer _normalizer;
    private readonly LoadOptions _load;
    private readonly string[] _sentences;

    private KokoroTrial(ITextToSpeech plain, ISpeechToText whisper, TextNormalizer normalizer, LoadOptions load, string[] sentences) =>
        (_plain, _whisper, _normalizer, _load, _sentences) = (plain, whisper, normalizer, load, sentences);

    /// <summary>What was heard, and how long the speaking took.</summary>
    internal sealed record Result(WordErrors Errors, double RealTimeFactor, double OfSource);

    public static async Task<KokoroTrial> LoadAsync(
        string plain, string whisper, int sentences, LoadOptions load, CancellationToken cancellationToken) => new(
        await Speech.LoadTextToSpeechAsync(plain, load, cancellationToken),
        await Speech.LoadSpeechToTextAsync(whisper, load, cancellationToken),
        new TextNormalizer(WerCommand.Spellings(whisper)),
        load,
        [.. RoundTripCommand.Sentences().Take(sentences)]);

    /// <summary>Speaks every sentence in both weights in turn, and lets Whisper hear the second.</summary>
    public async Task<Result> RunAsync(string model, CancellationToken cancellationToken)
    {
        using ITextToSpeech kokoro = await Speech.LoadTextToSpeechAsync(model, _load, cancellationToken);
        var errors = new WordErrors();
        double seconds = 0, plainSeconds = 0, audio = 0;
        await SpeakAsync(kokoro, 0, cancellationToken);
        for (int i = 0; i < _sentences.Length; i++)
        {
            plainSeconds += (await SpeakAsync(_plain, i, cancellationToken)).Seconds;
            (SpeechResult speech, double spent) = await SpeakAsync(kokoro, i, cancellationToken);
            seconds += spent;
            audio += speech.Audio.Duration.TotalSeconds;
            Transcript heard = await _whisper.TranscribeAsync(
                AudioSource.FromBuffer(speech.Audio),
                new TranscriptionOptions { Language = "en", Temperatures = [0] },
                cancellationToken: cancellationToken);
            errors += WordErrors.Compare(_normalizer.Words(_sentences[i]), _normalizer.Words(heard.Text));
        }
        return new Result(errors, seconds / audio, seconds / plainSeconds);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _whisper.Dispose();
    }

    private async Task<(SpeechResult Speech, double Seconds)> SpeakAsync(ITextToSpeech model, int sentence, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var options = new SpeechOptions { Voice = RoundTripCommand.Voices[sentence % RoundTripCommand.Voices.Length], Seed = 1 };
        SpeechResult speech = await model.SpeakAsync(_sentences[sentence], options, cancellationToken);
        return (speech, clock.Elapsed.TotalSeconds);
    }
}
