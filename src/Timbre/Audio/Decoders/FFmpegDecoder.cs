using System.ComponentModel;
using System.Globalization;
using FFMpegCore;

namespace Timbre.Audio.Decoders;

/// <summary>
/// Everything that is not read here: ffmpeg decodes the first audio stream to a pipe of float WAV, whose header tells rate and channels.
/// </summary>
internal sealed class FFmpegDecoder : AudioDecoder
{
    private const long PreRollSeconds = 1;

    private FFmpeg _process;
    private WavDecoder _wav;
    private bool _hasRead;

    private FFmpegDecoder(FFmpeg process, WavDecoder wav, AudioInput input) : base(input, "ffmpeg", wav.SampleRate, wav.Channels)
    {
        _process = process;
        _wav = wav;
    }

    /// <summary>Starts decoding.</summary>
    /// <exception cref="AudioFormatException">ffmpeg is not there, or finds no audio in the file.</exception>
    public static FFmpegDecoder Open(AudioInput input)
    {
        var (process, wav) = Start(input, TimeSpan.Zero);
        return new FFmpegDecoder(process, wav, input);
    }

    /// <summary>What ffprobe says of the first audio stream: its encoding, and its length where the container tells it.</summary>
    /// <exception cref="AudioFormatException">ffprobe is not there, or fails.</exception>
    public static (string Codec, TimeSpan? Duration) Probe(AudioInput input)
    {
        var link = input.Path.Contains('"') ? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) : null;
        try
        {
            // FFMpegCore cannot quote a quote, so that such a name is reached through a link.
            if (link is not null)
                File.CreateSymbolicLink(link, Path.GetFullPath(input.Path));
            var analysis = FFProbe.Analyse(link ?? Path.GetFullPath(input.Path), customArguments: string.Join(' ', FFmpeg.SafeInput));
            var stream = analysis.PrimaryAudioStream ?? throw new AudioFormatException($"{input}: there is no audio in it");
            var duration = stream.Duration > TimeSpan.Zero ? stream.Duration : analysis.Format.Duration;
            return (stream.CodecName ?? "unknown", duration > TimeSpan.Zero ? duration : null);
        }
        catch (Exception error) when (error is not AudioFormatException)
        {
            var isMissing = error is Win32Exception || error.InnerException is Win32Exception;
            var reason = isMissing ? FFmpeg.InstallHint : $"ffprobe finds no audio in it ({error.Message})";
            throw new AudioFormatException($"{input}: {reason}", error);
        }
        finally
        {
            if (link is not null)
                File.Delete(link);
        }
    }

    /// <inheritdoc/>
    public override long? CountFrames() =>
        Probe(Input).Duration is { } duration ? (long)Math.Round(duration.TotalSeconds * SampleRate) : null;

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        // Decoders that overlap their blocks need some before the first one that is right.
        var near = frame - (PreRollSeconds * SampleRate);
        if (near > 0)
        {
            Dispose();
            (_process, _wav) = Start(Input, TimeSpan.FromSeconds((double)near / SampleRate));
        }
        Discard(frame - Math.Max(near, 0));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _wav.Dispose();
        _process.Dispose();
    }

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        var read = _wav.Read(interleaved);
        if (read == 0 && !_hasRead && _process.Finish() is { } failure)
            throw Failed(Input, failure);
        _hasRead |= read > 0;
        return read;
    }

    private static (FFmpeg Process, WavDecoder Wav) Start(AudioInput input, TimeSpan start)
    {
        string[] seek = start > TimeSpan.Zero ? ["-ss", start.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture)] : [];
        var process = FFmpeg.Start(
            $"{input}: reading anything but WAV, MP3 and Ogg Vorbis",
            ["-nostdin", .. FFmpeg.SafeInput, .. seek, "-i", Path.GetFullPath(input.Path), "-map", "0:a:0", "-map_metadata", "-1",
             "-f", "wav", "-c:a", "pcm_f32le", "pipe:1"]);
        try
        {
            return (process, new WavDecoder(process.Output, WavHeader.Read(process.Output, input), input, "ffmpeg"));
        }
        catch (AudioFormatException error)
        {
            var failure = process.Finish();
            process.Dispose();
            throw failure is null ? error : Failed(input, failure);
        }
    }

    private static AudioFormatException Failed(AudioInput input, string failure)
    {
        var reason = failure.Replace(Path.GetFullPath(input.Path), input.Name, StringComparison.Ordinal);
        return new AudioFormatException($"{input}: ffmpeg finds no audio that it can decode in it ({reason})");
    }
}
