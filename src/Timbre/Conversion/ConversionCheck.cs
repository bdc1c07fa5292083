using Timbre.Audio;
using Timbre.Evaluation;
using Timbre.Loading;

namespace Timbre.Conversion;

/// <summary>How far a converted model is from its source: in its weights, and in what it hears or says.</summary>
public sealed record ConversionCheck
{
    /// <summary>The layers that are stored otherwise than in the source.</summary>
    public required IReadOnlyList<LayerError> Layers { get; init; }

    /// <summary>The mean of their errors.</summary>
    public double MeanError => Layers.Count == 0 ? 0 : Layers.Average(layer => layer.RelativeError);

    /// <summary>What a model that transcribes hears.</summary>
    public TranscriptionComparison? Transcription { get; init; }

    /// <summary>How a model that speaks speaks.</summary>
    public SpeechComparison? Speech { get; init; }

    /// <summary>Why the models were not run; null where they were.</summary>
    public string? NotRun { get; init; }

    /// <summary>Compares a converted model with its source.</summary>
    /// <param name="source">The source's folder.</param>
    /// <param name="result">The result's folder.</param>
    /// <param name="options">How to load both; its catalog is where a model that listens to the spoken sentence is looked for.</param>
    /// <param name="domain">What the model is for, where its config leaves that open.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ModelNotSupportedException">A folder is no model.</exception>
    /// <exception cref="WeightException">Weights of either cannot be read, or do not fit together.</exception>
    public static async Task<ConversionCheck> RunAsync(
        string source, string result, LoadOptions? options = null, ModelDomain? domain = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new LoadOptions();
        (IReadOnlyList<LayerError> layers, KnownArchitecture architecture, ModelFamily? family) = await Task.Run(
            () => CompareLayers(source, result, domain, cancellationToken), cancellationToken).ConfigureAwait(false);
        var check = new ConversionCheck { Layers = layers };
        if (family is null)
            return check with { NotRun = $"Timbre cannot run {architecture.Description} yet, so only its weights were compared." };
        if (family.Capabilities.HasFlag(ModelCapabilities.SpeechToText))
            check = check with { Transcription = await ListenAsync(source, result, options, cancellationToken).ConfigureAwait(false) };
        if (!family.Capabilities.HasFlag(ModelCapabilities.TextToSpeech))
            return check;
        if (new ModelLocation(result, []).Voices.Count == 0)
            return check with { NotRun = "it has no voices to speak with." };
        return check with { Speech = await SpeakAsync(source, result, options, cancellationToken).ConfigureAwait(false) };
    }

    private static (IReadOnlyList<LayerError>, KnownArchitecture, ModelFamily?) CompareLayers(
        string source, string result, ModelDomain? domain, CancellationToken cancellationToken)
    {
        using ConversionSource before = ConversionSource.Open(source, domain), after = ConversionSource.Open(result, domain);
        return (LayerComparison.Compare(before, after, cancellationToken), before.Architecture, before.Family);
    }

    private static async Task<TranscriptionComparison> ListenAsync(string source, string result, LoadOptions options,
        CancellationToken cancellationToken)
    {
        (string text, float[]? logits) = await ListenAsync(source, options, cancellationToken).ConfigureAwait(false);
        (string resultText, float[]? resultLogits) = await ListenAsync(result, options, cancellationToken).ConfigureAwait(false);
        return new TranscriptionComparison(
            text, resultText, ErrorRate(KnownSpeech.ClipText, text), ErrorRate(KnownSpeech.ClipText, resultText),
            logits is null || resultLogits is null ? null : RelativeError(resultLogits, logits));
    }

    private static async Task<(string Text, float[]? Logits)> ListenAsync(string folder, LoadOptions options,
        CancellationToken cancellationToken)
    {
        using ISpeechToText model = await Timbre.Speech.LoadSpeechToTextAsync(folder, options, cancellationToken).ConfigureAwait(false);
        using AudioSource clip = KnownSpeech.OpenClip();
        float[]? logits = model is IFirstLogits telling
            ? await telling.FirstLogitsAsync(clip, KnownSpeech.Language, cancellationToken).ConfigureAwait(false)
            : null;
        return (await HearAsync(model, clip, cancellationToken).ConfigureAwait(false), logits);
    }

    private static async Task<SpeechComparison> SpeakAsync(string source, string result, LoadOptions options,
        CancellationToken cancellationToken)
    {
        AudioBuffer before = await SpeakAsync(source, options, cancellationToken).ConfigureAwait(false);
        AudioBuffer after = await SpeakAsync(result, options, cancellationToken).ConfigureAwait(false);
        double? beforeErrors = null, afterErrors = null;
        if (options.Catalog.FirstWith(ModelCapabilities.SpeechToText) is { } listener)
        {
            using ISpeechToText ear = await Timbre.Speech.LoadSpeechToTextAsync(listener, options, cancellationToken).ConfigureAwait(false);
            using AudioSource first = AudioSource.FromBuffer(before), second = AudioSource.FromBuffer(after);
            beforeErrors = ErrorRate(KnownSpeech.Sentence, await HearAsync(ear, first, cancellationToken).ConfigureAwait(false));
            afterErrors = ErrorRate(KnownSpeech.Sentence, await HearAsync(ear, second, cancellationToken).ConfigureAwait(false));
        }
        return new SpeechComparison(before.Duration, after.Duration, SpectralDistance.Between(before, after), beforeErrors, afterErrors);
    }

    private static async Task<AudioBuffer> SpeakAsync(string folder, LoadOptions options, CancellationToken cancellationToken)
    {
        using ITextToSpeech model = await Timbre.Speech.LoadTextToSpeechAsync(folder, options, cancellationToken).ConfigureAwait(false);
        // The same noise for both: what differs comes from the weights.
        return (await model.SpeakAsync(KnownSpeech.Sentence, new SpeechOptions { Seed = 0 }, cancellationToken)
            .ConfigureAwait(false)).Audio;
    }

    private static async Task<string> HearAsync(ISpeechToText model, IAudioSource audio, CancellationToken cancellationToken) =>
        (await model.TranscribeAsync(
            audio, new TranscriptionOptions { Language = KnownSpeech.Language, Temperatures = [0] }, null, cancellationToken)
                .ConfigureAwait(false)).Text.Trim();

    private static double ErrorRate(string said, string heard)
    {
        var normalizer = new TextNormalizer(null);
        return WordErrors.Compare(normalizer.Words(said), normalizer.Words(heard)).Percent / 100;
    }

    /// <summary>Of the scores about their mean: a softmax does not see what all of them have in common.</summary>
    private static double RelativeError(float[] found, float[] wanted)
    {
        double foundMean = found.Average(), wantedMean = wanted.Average(), error = 0, norm = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            error += Math.Pow(found[i] - foundMean - (wanted[i] - wantedMean), 2);
            norm += Math.Pow(wanted[i] - wantedMean, 2);
        }
        return Math.Sqrt(error / norm);
    }
}
