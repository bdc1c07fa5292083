namespace Timbre.Audio.Encoders;

/// <summary>Turns samples into the bytes of a file, in blocks, as they come.</summary>
internal abstract class AudioEncoder(SampleFormat format) : IDisposable
{
    private const int BlockSamples = 1 << 14;

    private readonly byte[] _block = new byte[BlockSamples * SampleFormats.Size(format)];

    /// <summary>Where the encoded samples go.</summary>
    protected abstract Stream Target { get; }

    /// <summary>Appends samples, channels interleaved.</summary>
    public virtual void Write(ReadOnlySpan<float> samples)
    {
        while (samples.Length > 0)
        {
            var part = samples[..Math.Min(samples.Length, BlockSamples)];
            var bytes = _block.AsSpan(0, part.Length * SampleFormats.Size(format));
            SampleFormats.Encode(format, part, bytes);
            Target.Write(bytes);
            samples = samples[part.Length..];
        }
    }

    /// <summary>Makes the file whole; nothing is appended after that.</summary>
    public abstract void Finish();

    /// <inheritdoc/>
    public abstract void Dispose();
}
