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
            // M4A cannot be written without going back: for a stream it is made in a file and copied.
            if (stream is null)
                file = host.Outputs.Create(path);
            else if (format == AudioFileFormat.M4a)
                file = host.Outputs.Create(Path.Combine(Path.GetTempPath(), "timbre-speech"));
            AudioWriter writer = file is null
                ? AudioWriter.Create(stream!, sampleRate, options)
                : AudioWriter.Create(file.Path, sampleRate, options);
            return new SpeechFile(writer, file, stream);
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
        if (_stream is null)
            _file!.Keep();
        else if (_file is not null)
        {
            using FileStream made = File.OpenRead(_file.Path);
            made.CopyTo(_stream);
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file?.Dispose();
        _stream?.Dispose();
    }
}
