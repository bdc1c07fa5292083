namespace Timbre;

/// <summary>How to transcribe. An option that a model does not have is an error, never ignored.</summary>
public record TranscriptionOptions
{
    /// <summary>Language code or English name; null detects it.</summary>
    public string? Language { get; init; }

    /// <summary>Transcribe, or translate to English.</summary>
    public TranscriptionTask Task { get; init; }

    /// <summary>Whether each word gets its times.</summary>
    public bool WordTimestamps { get; init; }

    /// <summary>Text that is taken to come before the audio: names, spelling, style.</summary>
    public string? InitialPrompt { get; init; }

    /// <summary>Words to expect, joined to the prompt.</summary>
    public IReadOnlyList<string> HotWords { get; init; } = [];

    /// <summary>Sampling temperatures, tried in turn until an answer is good; null takes the model's own.</summary>
    public IReadOnlyList<double>? Temperatures { get; init; }

    /// <summary>Beams of the beam search at temperature 0; null is greedy.</summary>
    public int? BeamSize { get; init; }

    /// <summary>Seed of every random draw; null draws anew each time.</summary>
    public ulong? Seed { get; init; }
}
