namespace Timbre;

/// <summary>How to speak. An option that a model does not have is an error, never ignored.</summary>
public record SpeechOptions
{
    /// <summary>A voice by name, or a blend such as <c>af_heart:0.6+af_bella:0.4</c>; null takes the model's default.</summary>
    public string? Voice { get; init; }

    /// <summary>Language tag such as <c>en-us</c>; null takes the voice's language.</summary>
    public string? Language { get; init; }

    /// <summary>Speed factor: 2 speaks twice as fast.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Seed of every random draw; null draws anew each time.</summary>
    public ulong? Seed { get; init; }
}
