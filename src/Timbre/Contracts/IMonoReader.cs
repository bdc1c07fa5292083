namespace Timbre;

/// <summary>One pass over mono audio.</summary>
public interface IMonoReader : IDisposable
{
    /// <summary>Samples a second.</summary>
    int SampleRate { get; }

    /// <summary>Fills as much of the buffer as it can; 0 only at the end.</summary>
    /// <exception cref="AudioFormatException">The audio turns out to be broken.</exception>
    int Read(Span<float> buffer);
}
