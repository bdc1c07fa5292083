using Timbre.Audio;
using Timbre.Benchmarks.Commands;
using Timbre.Loading;
using Timbre.Models.Whisper;

namespace Timbre.Benchmarks.Evaluation;

/// <summary>Whisper in some weights: what it hears in the clips, and its decoder's speed beside that of the unpacked weights.</summary>
internal sealed class WhisperTrial : IDisposable
{
    private readonly SpeechClips _clips;
    private readonly int _count;
    private readonly TextNormalizer _normalizer;
    private readonly WhisperModel _plain;
    private readonly DecodeSteps _steps;

    public WhisperTrial(string plain, LoadOptions load, string real, int count)
    {
        _clips = new SpeechClips(real);
        _count = count;
        _normalizer = new TextNormalizer(WerCommand.Spellings(plain));
        _plain = Load(plain, load);
        _steps = new DecodeSteps(_plain);
    }

    /// <summary>Word errors over the clips, greedily, with English given.</summary>
    public async Task<WordErrors> HearAsync(string model, LoadOptions load, CancellationToken cancellationToken)
    {
        using WhisperModel whisper = Load(model, load);
        var errors = new WordErrors();
        foreach ((string name, string said) in _clips.Said.Take(_count))
        {
            Transcript heard = await whisper.TranscribeAsync(
                AudioSource.FromBuffer(new AudioBuffer(_clips.Read(name), 16_000)),
                new TranscriptionOptions { Language = "en", Temperatures = [0] },
                cancellationToken: cancellationToken);
            errors += WordErrors.Compare(_normalizer.Words(said), _normalizer.Words(heard.Text));
        }
        return errors;
    }

    /// <summary>Milliseconds of a decoder's step in the plain weights, the median.</summary>
    public double Time(int runs) => Milliseconds(Stopper.Run(runs, ("plain", _steps.Run))[0]);

    /// <summary>
    /// Milliseconds of a step in other weights, as a part of the plain ones' in the same minute (medians of runs in turn), and the same of the
    /// processor's time (the least), which other work on the machine changes less.
    /// </summary>
    public (double Milliseconds, double OfPlain, double ProcessorOfPlain) Compare(string model, LoadOptions load, int runs)
    {
        using WhisperModel whisper = Load(model, load);
        using var steps = new DecodeSteps(whisper);
        List<Stopper.Timing> timings = Stopper.Run(runs, ("plain", _steps.Run), ("packed", steps.Run));
        return (Milliseconds(timings[1]), timings[1].Median / timings[0].Median, timings[1].BestProcessor / timings[0].BestProcessor);
    }

    public void Dispose()
    {
        _steps.Dispose();
        _plain.Dispose();
    }

    private static double Milliseconds(Stopper.Timing timing) => 1000 * timing.Median / DecodeSteps.Count;

    private static WhisperModel Load(string model, LoadOptions load) =>
        (WhisperModel)Speech.LoadSpeechToTextAsync(model, load).GetAwaiter().GetResult();
}
