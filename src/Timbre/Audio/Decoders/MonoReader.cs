namespace Timbre.Audio.Decoders;

/// <summary>The mean of a decoder's channels, over at most so many frames.</summary>
internal sealed class MonoReader(AudioDecoder decoder, long frames = long.MaxValue) : IMonoReader
{
    private readonly float[] _interleaved =
        decoder.Channels == 1 ? [] : new float[Math.Max(16384 / decoder.Channels, 1) * decoder.Channels];
    private long _left = frames;

    /// <inheritdoc/>
    public int SampleRate => decoder.SampleRate;

    /// <inheritdoc/>
    public int Read(Span<float> buffer)
    {
        if (buffer.Length > _left)
            buffer = buffer[..(int)_left];
        var written = 0;
        while (written < buffer.Length)
        {
            var read = decoder.Channels == 1 ? decoder.Read(buffer[written..]) : ReadMean(buffer[written..]);
            if (read == 0)
                break;
            written += read;
        }
        _left -= written;
        return written;
    }

    /// <inheritdoc/>
    public void Dispose() => decoder.Dispose();

    private int ReadMean(Span<float> buffer)
    {
        var channels = decoder.Channels;
        var wanted = Math.Min((long)buffer.Length * channels, _interleaved.Length);
        var count = decoder.Read(_interleaved.AsSpan(0, (int)wanted)) / channels;
        for (var i = 0; i < count; i++)
        {
            var sum = 0f;
            foreach (var sample in _interleaved.AsSpan(i * channels, channels))
                sum += sample;
            buffer[i] = sum / channels;
        }
        return count;
    }
}
