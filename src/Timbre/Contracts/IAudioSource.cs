namespace Timbre;

/// <summary>Audio that can be read from its start, more than once, without holding all of it in memory.</summary>
public interface IAudioSource
{
    /// <summary>How long the audio lasts, where that is known without decoding all of it.</summary>
    TimeSpan? Duration { get; }

    /// <summary>Starts reading as mono at the rate asked for.</summary>
    /// <exception cref="AudioFormatException">The audio cannot be read.</exception>
    IMonoReader OpenMono(int sampleRate);
}
