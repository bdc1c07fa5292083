namespace Timbre.Audio;

/// <summary>One pass over samples in memory.</summary>
internal sealed class BufferReader(ReadOnlyMemory<float> samples, int sampleRate) : IMonoReader
{
    private int _position;

    /// <inheritdoc/>
    public int SampleRate { get; } = sampleRate;

    /// <inheritdoc/>
    public int Read(Span<float> buffer)
    {
        var count = Math.Min(buffer.Length, samples.Length - _position);
        samples.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
