namespace Timbre.Models.Whisper;

/// <summary>How Whisper transcribes; the defaults are those of the original.</summary>
public sealed record WhisperOptions : TranscriptionOptions
{
    /// <summary>The defaults.</summary>
    public WhisperOptions()
    {
    }

    /// <summary>The defaults, with what any model's options say.</summary>
    public WhisperOptions(TranscriptionOptions options) : base(options)
    {
    }

    /// <summary>Samples drawn at temperatures above 0, of which the likeliest is taken; null is one.</summary>
    public int? BestOf { get; init; }

    /// <summary>How many ended beams end a beam search, as a factor of <see cref="TranscriptionOptions.BeamSize"/>; null is 1.</summary>
    public double? Patience { get; init; }

    /// <summary>
    /// Exponent α of the length penalty ((5 + length) / 6)^α by which candidates are ranked, in [0, 1]; null divides by the length.
    /// </summary>
    public double? LengthPenalty { get; init; }

    /// <summary>Above this a text is too repetitive, and the next temperature is tried; null never.</summary>
    public double? CompressionRatioThreshold { get; init; } = 2.4;

    /// <summary>Below this mean log-probability the next temperature is tried; null never.</summary>
    public double? LogProbabilityThreshold { get; init; } = -1;

    /// <summary>
    /// Above this probability of no speech, a window whose log-probability is not above its threshold is taken for silence; null never.
    /// </summary>
    public double? NoSpeechThreshold { get; init; } = 0.6;

    /// <summary>Whether a window sees the text before it.</summary>
    public bool ConditionOnPreviousText { get; init; } = true;

    /// <summary>Where to begin, end, begin again, and so on, from the start of the audio; a last end left out is the end.</summary>
    public IReadOnlyList<TimeSpan> ClipTimestamps { get; init; } = [];

    /// <summary>Silences longer than this around an improbable segment mark it as hallucinated; needs word times; null keeps all.</summary>
    public TimeSpan? HallucinationSilenceThreshold { get; init; }

    /// <summary>
    /// Token ids that must not come; -1 stands for signs that are not spoken. Null is [-1]; an empty list lets everything come.
    /// </summary>
    public IReadOnlyList<int>? SuppressTokens { get; init; }

    /// <summary>Whether a window must not begin with a blank or be empty.</summary>
    public bool SuppressBlank { get; init; } = true;

    /// <summary>Signs that are timed with the word after them.</summary>
    public string PrependPunctuations { get; init; } = WhisperTiming.Opening;

    /// <summary>Signs that are timed with the word before them.</summary>
    public string AppendPunctuations { get; init; } = WhisperTiming.Closing;

    /// <summary>Leaves timestamp tokens out: one segment a window, unless words are timed.</summary>
    public bool WithoutTimestamps { get; init; }

    /// <summary>Latest time within a window at which its first segment may begin; null is any.</summary>
    public TimeSpan? MaxInitialTimestamp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Text that every window begins with.</summary>
    public string? Prefix { get; init; }

    /// <summary>Most tokens of a window; null is half of what the decoder can see.</summary>
    public int? MaxTokensPerWindow { get; init; }
}
