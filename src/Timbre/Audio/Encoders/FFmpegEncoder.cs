namespace Timbre.Audio.Encoders;

/// <summary>Lets ffmpeg encode what is written, to a file, or to a stream as it comes.</summary>
internal sealed class FFmpegEncoder : AudioEncoder
{
    // An index that goes to the start of a long file has all of it copied.
    private static readonly TimeSpan FinishTime = TimeSpan.FromMinutes(10);

    private readonly FFmpeg _process;
    private readonly string _name;
    private readonly Task _copying;

    private FFmpegEncoder(FFmpeg process, string name, SampleFormat format, Stream? target) : base(format)
    {
        _process = process;
        _name = name;
        _copying = target is null ? Task.CompletedTask : Task.Run(() => process.Output.CopyTo(target));
    }

    /// <inheritdoc/>
    protected override Stream Target => _process.Input;

    /// <summary>Starts an encoder that writes a file.</summary>
    public static FFmpegEncoder ToFile(string path, EncoderSettings settings, AudioWriteOptions options, int sampleRate) =>
        Start(Path.GetFullPath(path), null, settings, options, sampleRate);

    /// <summary>Starts an encoder that writes to a stream, from a thread of its own.</summary>
    public static FFmpegEncoder ToStream(Stream target, EncoderSettings settings, AudioWriteOptions options, int sampleRate) =>
        Start("pipe:1", target, settings, options, sampleRate);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> samples)
    {
        try
        {
            base.Write(samples);
        }
        catch (IOException error)
        {
            throw Failed(error);
        }
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        try
        {
            _process.Input.Close();
            _copying.GetAwaiter().GetResult();
        }
        catch (IOException error)
        {
            throw Failed(error);
        }
        if (_process.Finish(FinishTime) is { } failure)
            throw new AudioFormatException($"{_name}: ffmpeg cannot encode it ({failure})");
    }

    /// <inheritdoc/>
    public override void Dispose() => _process.Dispose();

    private static FFmpegEncoder Start(string path, Stream? target, EncoderSettings settings, AudioWriteOptions options, int sampleRate)
    {
        var name = settings.Format.ToString();
        var process = FFmpeg.Start($"Writing {name}", settings.Arguments(options, sampleRate, path));
        return new FFmpegEncoder(process, name, settings.SampleFormatFor(options), target);
    }

    private AudioFormatException Failed(IOException error) =>
        new($"{_name}: ffmpeg cannot encode it ({_process.Finish() ?? error.Message})", error);
}
