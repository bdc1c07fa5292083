using Timbre.Audio;

namespace Timbre.Cli;

/// <summary>Where <c>timbre tts</c> puts the speech, piece by piece: a file that appears when it is whole, or a stream.</summary>
internal sealed class SpeechFile : IDisposable
{
    private readonly AudioWriter _writer;
    private readonly OutputFile? _file;
    private readonly Stream? _stream;

    private SpeechFile(AudioWriter writer, OutputFile? file, Stream? stream) => (_writer, _file, _stream) = (writer, file, stream);

    /// <summary>The format that is named, else that of the file's suffix, else WAV.</summary>
    /// <exception cref="ArgumentException">No format has that name.</exception>
    public static AudioFileFormat FormatOf(string? name, string? path)
    {
        string suffix = path is null or InputFiles.Standard ? "" : Path.GetExtension(path);
        return name is null && suffix.Length == 0 ? AudioFileFormat.Wav : AudioFile.FormatOf(name ?? suffix);
    }

    /// <summary>Begins the file, or the stream where the path is <c>-</c> or no plain file.</summary>
    public static SpeechFile Create(CommandHost host, string path, AudioFileFormat format, int sampleRate)
    {
        var options = new AudioWriteOptions { Format = format };
        Stream? stream = path == InputFiles.Standard ? host.OpenOutput()
            : OutputFiles.IsSpecial(path) ? new FileStream(path, FileMode.Open, FileAccess.Write) : null;
        OutputFile? file = null;
        try
        {
            if (stream is not null)
                return new SpeechFile(AudioWriter.Create(stream, sampleRate, options), null, stream);
            file = host.Outputs.Create(path);
            return new SpeechFile(AudioWriter.Create(file.Path, sampleRate, options), file, null);
        }
        catch
        {
            file?.Dispose();
            stream?.Dispose();
            throw;
        }
    }

    public void Write(ReadOnlySpan<float> samples) => _writer.Write(samples);

    /// <summary>Makes the file whole and gives it its name, or ends the stream.</summary>
    public void Complete()
    {
        _writer.Complete();
        _file?.Keep();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file?.Dispose();
        _stream?.Dispose();
    }
}
