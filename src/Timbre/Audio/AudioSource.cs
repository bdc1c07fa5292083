using Timbre.Audio.Decoders;

namespace Timbre.Audio;

/// <summary>
/// Audio to read: a file, a stream, standard input or samples in memory. The format is told by the content. WAV, MP3 and Ogg Vorbis
/// are read without help, everything else by ffmpeg. Reading takes the same memory however long the audio is.
/// </summary>
public sealed class AudioSource : IAudioSource, IDisposable
{
    /// <summary>Longest input, in bytes, that is taken from a stream when no limit is given: 4 GiB.</summary>
    public const long DefaultMaximumBytes = 4L << 30;

    private const int BlockSamples = 1 << 16;
    private const string StreamName = "the audio stream";

    private readonly AudioBuffer? _buffer;
    private readonly AudioInput? _input;
    private readonly TemporaryFile? _temporary;
    private readonly Lazy<AudioInfo> _info;
    private readonly TimeSpan _start;
    private readonly TimeSpan? _end;
    private readonly AudioSource? _whole;
    private bool _disposed;

    private AudioSource(AudioBuffer buffer)
    {
        _buffer = buffer;
        _info = new(new AudioInfo("pcm", buffer.SampleRate, 1, buffer.Duration));
    }

    private AudioSource(AudioInput input, TemporaryFile? temporary = null)
    {
        _input = input;
        _temporary = temporary;
        _info = new(() => ReadInfo(input));
    }

    private AudioSource(AudioSource whole, TimeSpan start, TimeSpan? end)
    {
        (_buffer, _input, _info, _start, _end, _whole) = (whole._buffer, whole._input, whole._info, start, end, whole);
    }

    /// <summary>What the headers tell of the whole audio, found without decoding it.</summary>
    /// <exception cref="AudioFormatException">It holds no audio that can be read.</exception>
    public AudioInfo Info => _info.Value;

    /// <inheritdoc/>
    public TimeSpan? Duration
    {
        get
        {
            var end = Info.Duration is { } whole && (_end is null || whole < _end) ? whole : _end;
            return end is null ? null : end > _start ? end - _start : TimeSpan.Zero;
        }
    }

    /// <summary>Where the copy of a stream lies.</summary>
    internal string? SpoolPath => _temporary?.Path;

    /// <summary>Audio of a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static AudioSource FromFile(string path) => FromFileAsync(path).GetAwaiter().GetResult();

    /// <inheritdoc cref="FromFile"/>
    public static async Task<AudioSource> FromFileAsync(string path, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"Audio file not found: {path}", path);
        var input = new AudioInput(path, Path.GetFileName(path));
        // Opening a named pipe waits for its writer.
        using var stream = await Task.Run(input.Open, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return stream.CanSeek
            ? new AudioSource(input)
            : await FromStreamAsync(stream, name: input.Name, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Audio of a stream, from where it stands to its end. It is copied to a temporary file, so that it can be read more than once and
    /// an index at its end be found; disposing the source deletes that file. The stream stays open.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="maximumBytes">Longest input that is taken.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="AudioFormatException">The stream is longer than allowed.</exception>
    public static AudioSource FromStream(Stream stream, long maximumBytes = DefaultMaximumBytes, string name = StreamName) =>
        FromStreamAsync(stream, maximumBytes, name).GetAwaiter().GetResult();

    /// <inheritdoc cref="FromStream"/>
    public static async Task<AudioSource> FromStreamAsync(
        Stream stream, long maximumBytes = DefaultMaximumBytes, string name = StreamName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = await TemporaryFile.CopyAsync(stream, maximumBytes, name, cancellationToken).ConfigureAwait(false);
        return new AudioSource(new AudioInput(file.Path, name), file);
    }

    /// <summary>Audio of standard input, to its end.</summary>
    /// <exception cref="AudioFormatException">It is longer than allowed.</exception>
    public static AudioSource FromStandardInput(long maximumBytes = DefaultMaximumBytes)
    {
        using var stream = Console.OpenStandardInput();
        return FromStream(stream, maximumBytes, "standard input");
    }

    /// <summary>Samples in memory.</summary>
    public static AudioSource FromBuffer(AudioBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buffer.SampleRate);
        return new AudioSource(buffer);
    }

    /// <summary>A part of the audio; it reads from this source, which has to live on.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends; null goes on to the end.</param>
    public AudioSource Slice(TimeSpan start, TimeSpan? end = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(start, TimeSpan.Zero);
        if (end < start)
            throw new ArgumentException($"the end, {end}, lies before the start, {start}", nameof(end));
        var last = end is null ? _end : _end is null || _start + end < _end ? _start + end : _end;
        return new AudioSource(this, _start + start, last);
    }

    /// <inheritdoc/>
    public IMonoReader OpenMono(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        var reader = OpenNative();
        try
        {
            return Resampler.Wrap(reader, sampleRate);
        }
        catch (ArgumentException error)
        {
            reader.Dispose();
            throw new AudioFormatException($"{_input}: {error.Message}", error);
        }
    }

    /// <summary>Reads all of it as mono: the mean of its channels.</summary>
    /// <param name="sampleRate">Rate to give the samples; null keeps the source's.</param>
    /// <exception cref="AudioFormatException">It cannot be read, or does not fit into memory.</exception>
    public AudioBuffer ReadToEnd(int? sampleRate = null)
    {
        using var reader = sampleRate is { } rate ? OpenMono(rate) : OpenNative();
        var samples = new float[BlockSamples];
        var count = 0;
        while (reader.Read(samples.AsSpan(count)) is > 0 and var read)
        {
            count += read;
            if (count < samples.Length)
                continue;
            if (count == Array.MaxLength)
                throw new AudioFormatException($"{_input} has more samples than fit into memory: read it in parts");
            Array.Resize(ref samples, (int)Math.Min(2L * count, Array.MaxLength));
        }
        Array.Resize(ref samples, count);
        return new AudioBuffer(samples, reader.SampleRate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _temporary?.Dispose();
    }

    private bool IsDisposed => _disposed || _whole is { IsDisposed: true };

    private IMonoReader OpenNative()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return _buffer is null ? OpenDecoder() : OpenBuffer(_buffer);
    }

    private BufferReader OpenBuffer(AudioBuffer buffer)
    {
        var first = (int)Math.Min(FrameAt(_start, buffer.SampleRate), buffer.Samples.Length);
        var last = _end is { } end ? (int)Math.Min(FrameAt(end, buffer.SampleRate), buffer.Samples.Length) : buffer.Samples.Length;
        return new BufferReader(buffer.Samples.AsMemory(first, Math.Max(last - first, 0)), buffer.SampleRate);
    }

    private MonoReader OpenDecoder()
    {
        var decoder = DecoderFactory.Open(_input!);
        var first = FrameAt(_start, decoder.SampleRate);
        try
        {
            if (first > 0)
                decoder.Seek(first);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
        return new MonoReader(decoder, _end is { } end ? FrameAt(end, decoder.SampleRate) - first : long.MaxValue);
    }

    private static long FrameAt(TimeSpan time, int sampleRate) => (long)Math.Round(time.TotalSeconds * sampleRate);

    /// <summary>Broken headers may tell of more than a time span holds.</summary>
    private static TimeSpan TimeAt(long frame, int sampleRate) =>
        TimeSpan.FromSeconds(Math.Min((double)frame / sampleRate, TimeSpan.MaxValue.TotalSeconds / 2));

    private static AudioInfo ReadInfo(AudioInput input)
    {
        using var decoder = DecoderFactory.Open(input);
        var (format, rate, channels) = (decoder.Format, decoder.SampleRate, decoder.Channels);
        if (decoder is FFmpegDecoder)
        {
            var (codec, duration) = FFmpegDecoder.Probe(input);
            return new AudioInfo(codec, rate, channels, duration);
        }
        return new AudioInfo(format, rate, channels, decoder.CountFrames() is { } frames ? TimeAt(frames, rate) : null);
    }
}
