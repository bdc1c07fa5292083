namespace Timbre.Audio.Decoders;

/// <summary>One pass over the decoded samples of an audio input, channels interleaved, at the input's own rate.</summary>
internal abstract class AudioDecoder : IDisposable
{
    /// <summary>Rates beyond this come from broken headers, not from microphones.</summary>
    public const int MaximumSampleRate = 6_144_000;

    /// <summary>Checks what the headers say.</summary>
    protected AudioDecoder(AudioInput input, string format, int sampleRate, int channels)
    {
        if (sampleRate is < 1 or > MaximumSampleRate || channels < 1)
            throw new AudioFormatException($"{input}: {channels} channels at {sampleRate} Hz are not possible");
        (Input, Format, SampleRate, Channels) = (input, format, sampleRate, channels);
    }

    /// <summary>Name of the encoding, for example <c>wav</c> or <c>mp3</c>.</summary>
    public string Format { get; }

    /// <summary>Samples a second of each channel.</summary>
    public int SampleRate { get; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Where the samples come from, for messages.</summary>
    protected AudioInput Input { get; }

    /// <summary>Samples of each channel from start to end, found without decoding; null where the input does not tell.</summary>
    public abstract long? CountFrames();

    /// <summary>Goes to a frame, counted from the start; called before the first read. Past the end there is nothing to read.</summary>
    public abstract void Seek(long frame);

    /// <summary>Fills the buffer with whole frames; gives the number of samples written, 0 only at the end.</summary>
    /// <exception cref="AudioFormatException">The data is damaged beyond repair.</exception>
    public int Read(Span<float> interleaved) =>
        Guard(Input, Format, interleaved[..(interleaved.Length / Channels * Channels)], ReadFrames);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Fills a buffer of whole frames as far as it can.</summary>
    protected abstract int ReadFrames(Span<float> interleaved);

    /// <summary>Decodes and throws away, for inputs that cannot jump.</summary>
    protected void Discard(long frames)
    {
        var buffer = new float[Math.Max(4096 / Channels, 1) * Channels];
        for (var left = frames * Channels; left > 0;)
        {
            var read = Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            if (read == 0)
                return;
            left -= read;
        }
    }

    /// <summary>Runs a decoder that may fail in any way on damaged data.</summary>
    protected static T Guard<T>(AudioInput input, string format, Func<T> decode) =>
        Guard(input, format, default, _ => decode());

    private static T Guard<T>(AudioInput input, string format, Span<float> buffer, Func<Span<float>, T> decode)
    {
        try
        {
            return decode(buffer);
        }
        catch (Exception error) when (error is not AudioFormatException)
        {
            throw new AudioFormatException($"{input}: damaged {format} data ({error.Message})", error);
        }
    }
}
