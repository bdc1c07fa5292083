namespace Timbre;

/// <summary>A stretch of a transcript, as the model cut it.</summary>
public sealed record TranscriptSegment
{
    /// <summary>Its number, from 0.</summary>
    public required int Id { get; init; }

    /// <summary>When it begins, from the start of the audio.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When it ends.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>The text as the model wrote it, with its leading space.</summary>
    public required string Text { get; init; }

    /// <summary>Token ids, timestamps among them.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>The words, where they were asked for.</summary>
    public IReadOnlyList<TranscriptWord>? Words { get; init; }

    /// <summary>Language code of the audio, given or detected.</summary>
    public string? Language { get; init; }

    /// <summary>Temperature that the answer was sampled at.</summary>
    public double Temperature { get; init; }

    /// <summary>Mean log-probability of the tokens.</summary>
    public double AverageLogProbability { get; init; }

    /// <summary>Length of the text over its length when compressed; high values are repetitions.</summary>
    public double CompressionRatio { get; init; }

    /// <summary>Probability that nothing is said.</summary>
    public double NoSpeechProbability { get; init; }

    /// <summary>Mel frame of 10 ms at which the window of this segment begins.</summary>
    public int Seek { get; init; }
}
