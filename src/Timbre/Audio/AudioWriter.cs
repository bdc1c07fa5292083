using Timbre.Audio.Encoders;

namespace Timbre.Audio;

/// <summary>
/// Writes an audio file piece by piece. A file appears under its name only when <see cref="Complete"/> is called: until then it is a
/// temporary file beside it, which disposing deletes.
/// </summary>
public sealed class AudioWriter : IDisposable
{
    private static readonly string[] DeviceFolders = ["/dev/", "/proc/"];

    private readonly AudioEncoder _encoder;
    private readonly TemporaryFile? _temporary;
    private readonly string? _path;
    private readonly Stream? _copyTo;
    private readonly int _channels;
    private bool _isComplete;

    private AudioWriter(
        AudioEncoder encoder, int channels, string? path = null, TemporaryFile? temporary = null, Stream? copyTo = null) =>
        (_encoder, _channels, _path, _temporary, _copyTo) = (encoder, channels, path, temporary, copyTo);

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its name, whose suffix tells the format where the options do not.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="ArgumentException">The format is unknown, or an option does not fit it.</exception>
    /// <exception cref="AudioFormatException">The format needs ffmpeg, which is not there.</exception>
    public static AudioWriter Create(string path, int sampleRate, AudioWriteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new AudioWriteOptions();
        var settings = options.Format is { } format ? EncoderSettings.For(format) : EncoderSettings.ForName(Path.GetExtension(path));
        var samples = SampleFormatOf(settings, options, sampleRate);

        // A link stays a link; a device such as /dev/null is written to, never replaced.
        var target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder {folder} to write {Path.GetFileName(path)} into");
        var temporary = IsDevice(target) ? null : TemporaryFile.Reserve(folder);
        try
        {
            if (settings.Muxer is not null)
            {
                var ffmpeg = FFmpegEncoder.ToFile(temporary?.Path ?? target, settings, options, sampleRate);
                return new AudioWriter(ffmpeg, options.Channels, target, temporary);
            }
            var file = temporary?.Create(isShared: true) ?? File.OpenWrite(target);
            var isWav = settings.Format == AudioFileFormat.Wav;
            var pcm = new PcmEncoder(file, samples, isWav, sampleRate, options.Channels, ownsTarget: true);
            return new AudioWriter(pcm, options.Channels, target, temporary);
        }
        catch
        {
            temporary?.Dispose();
            throw;
        }
    }

    /// <summary>Starts writing to a stream, which stays open; what is written before a failure stays written.</summary>
    /// <param name="stream">The stream; where it can seek, a WAV header gets its sizes at the end.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="options">How it is written; the format has to be named.</param>
    /// <exception cref="ArgumentException">No format is named, or an option does not fit it.</exception>
    /// <exception cref="AudioFormatException">The format needs ffmpeg, which is not there.</exception>
    public static AudioWriter Create(Stream stream, int sampleRate, AudioWriteOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Create(stream, sampleRate, options, null);
    }

    /// <summary>Appends samples, channels interleaved; what is not a number becomes silence.</summary>
    /// <exception cref="AudioFormatException">The encoder fails.</exception>
    public void Write(ReadOnlySpan<float> samples)
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        if (samples.Length % _channels != 0)
            throw new ArgumentException($"{samples.Length} samples are not whole frames of {_channels} channels", nameof(samples));
        _encoder.Write(samples);
    }

    /// <summary>Makes the file whole and gives it its name.</summary>
    /// <exception cref="AudioFormatException">The encoder fails.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        _encoder.Finish();
        _encoder.Dispose();
        if (_copyTo is not null)
        {
            using var file = File.OpenRead(_temporary!.Path);
            file.CopyTo(_copyTo);
        }
        else if (_temporary is not null)
        {
            File.Move(_temporary.Path, _path!, overwrite: true);
        }
        _isComplete = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _temporary?.Dispose();
    }

    internal static AudioWriter Create(Stream stream, int sampleRate, AudioWriteOptions options, long? expectedSamples)
    {
        var format = options.Format ?? throw new ArgumentException("a stream has no name: name the format", nameof(options));
        var settings = EncoderSettings.For(format);
        var samples = SampleFormatOf(settings, options, sampleRate);
        if (format == AudioFileFormat.M4a)
        {
            // Its index goes to the start at the end: the stream gets it all at once.
            var file = TemporaryFile.Reserve();
            return new AudioWriter(FFmpegEncoder.ToFile(file.Path, settings, options, sampleRate), options.Channels, null, file, stream);
        }
        return new AudioWriter(
            settings.Muxer is null
                ? new PcmEncoder(stream, samples, format == AudioFileFormat.Wav, sampleRate, options.Channels, expectedSamples)
                : FFmpegEncoder.ToStream(stream, settings, options, sampleRate),
            options.Channels);
    }

    private static SampleFormat SampleFormatOf(EncoderSettings settings, AudioWriteOptions options, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        return settings.SampleFormatFor(options);
    }

    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && DeviceFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));
}
