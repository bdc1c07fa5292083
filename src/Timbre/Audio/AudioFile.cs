using Timbre.Audio.Encoders;

namespace Timbre.Audio;

/// <summary>Reads and writes whole audio files.</summary>
public static class AudioFile
{
    private const int WriteBlock = 1 << 16;

    /// <summary>Reads a file as mono: the mean of its channels.</summary>
    /// <param name="path">The file; its format is told by its content.</param>
    /// <param name="sampleRate">Rate to give the samples; null keeps the file's.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="end">Where to end; null reads to the end.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="AudioFormatException">It holds no audio that can be read.</exception>
    public static AudioBuffer Read(string path, int? sampleRate = null, TimeSpan start = default, TimeSpan? end = null)
    {
        using var source = AudioSource.FromFile(path);
        return source.Slice(start, end).ReadToEnd(sampleRate);
    }

    /// <summary>Tells what a file is without decoding it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="AudioFormatException">It holds no audio that can be read.</exception>
    public static AudioInfo Probe(string path)
    {
        using var source = AudioSource.FromFile(path);
        return source.Info;
    }

    /// <summary>Writes a file, which appears whole or not at all.</summary>
    /// <param name="path">Its name, whose suffix tells the format where the options do not.</param>
    /// <param name="audio">The samples.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the work and leaves nothing.</param>
    /// <exception cref="ArgumentException">The format is unknown, or an option does not fit it.</exception>
    /// <exception cref="AudioFormatException">The format needs ffmpeg, which is not there, or fails.</exception>
    public static void Write(
        string path, AudioBuffer audio, AudioWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        using var writer = AudioWriter.Create(path, audio.SampleRate, options);
        Write(writer, audio, cancellationToken);
    }

    /// <summary>Writes a file's bytes to a stream, which stays open.</summary>
    /// <param name="stream">Where they go.</param>
    /// <param name="audio">The samples.</param>
    /// <param name="options">How it is written; the format has to be named.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">No format is named, or an option does not fit it.</exception>
    /// <exception cref="AudioFormatException">The format needs ffmpeg, which is not there, or fails.</exception>
    public static void Write(Stream stream, AudioBuffer audio, AudioWriteOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(audio);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Format is { } format && EncoderSettings.For(format).Muxer is not null)
        {
            // Encoders go back to write lengths into their headers: they get a file to do so.
            using var file = TemporaryFile.Reserve();
            Write(file.Path, audio, options, cancellationToken);
            using var encoded = File.OpenRead(file.Path);
            encoded.CopyTo(stream);
            return;
        }
        using var writer = AudioWriter.Create(stream, audio.SampleRate, options, audio.Samples.Length);
        Write(writer, audio, cancellationToken);
    }

    /// <summary>The format that a name such as <c>mp3</c> or a suffix such as <c>.MP3</c> asks for.</summary>
    /// <exception cref="ArgumentException">No format has that name.</exception>
    public static AudioFileFormat FormatOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return EncoderSettings.ForName(name).Format;
    }

    private static void Write(AudioWriter writer, AudioBuffer audio, CancellationToken cancellationToken)
    {
        for (var start = 0; start < audio.Samples.Length; start += WriteBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(audio.Samples.AsSpan(start, Math.Min(WriteBlock, audio.Samples.Length - start)));
        }
        cancellationToken.ThrowIfCancellationRequested();
        writer.Complete();
    }
}
