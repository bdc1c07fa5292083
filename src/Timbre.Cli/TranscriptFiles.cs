using System.Text;
using Timbre.Transcripts;

namespace Timbre.Cli;

/// <summary>The transcript of one input on its way to its files or to standard output, segment by segment.</summary>
internal sealed class TranscriptFiles : IDisposable
{
    private readonly TextWriter? _standard;
    private readonly TranscriptFormat _standardFormat;
    private readonly List<(string Path, OutputFile File, StreamWriter Text, TranscriptWriter Writer)> _files = [];
    private readonly TranscriptWriter? _standardWriter;

    /// <summary>To standard output.</summary>
    public TranscriptFiles(TextWriter output, TranscriptFormat format, SubtitleOptions? subtitles)
    {
        (_standard, _standardFormat) = (output, format);
        _standardWriter = TranscriptWriter.Create(format, output, subtitles);
    }

    /// <summary>To files.</summary>
    public TranscriptFiles(OutputFiles outputs, Encoding encoding, IEnumerable<(string Path, TranscriptFormat Format)> places, SubtitleOptions? subtitles)
    {
        try
        {
            foreach ((string path, TranscriptFormat format) in places)
            {
                OutputFile file = outputs.Create(path);
                var text = new StreamWriter(file.Path, append: false, encoding);
                _files.Add((path, file, text, TranscriptWriter.Create(format, text, subtitles)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The files that are written.</summary>
    public IEnumerable<string> Paths => _files.Select(file => file.Path);

    public void Write(TranscriptSegment segment)
    {
        _standardWriter?.Write(segment);
        _standard?.Flush();
        foreach (var file in _files)
            file.Writer.Write(segment);
    }

    /// <summary>Writes what is left; files get their names.</summary>
    public void Complete(Transcript transcript)
    {
        if (_standard is not null)
        {
            // On standard output a text stands on a line of its own.
            _standardWriter!.Complete(_standardFormat == TranscriptFormat.Text ? transcript with { Text = transcript.Text.Trim() } : transcript);
            if (_standardFormat is TranscriptFormat.Text or TranscriptFormat.Json)
                _standard.Write('\n');
            _standard.Flush();
        }
        foreach (var file in _files)
        {
            file.Writer.Complete(transcript);
            file.Text.Dispose();
        }
        foreach (var file in _files)
            file.File.Keep();
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Text.Dispose();
            file.File.Dispose();
        }
    }
}
