using System.Text;
using Timbre.Transcripts;

namespace Timbre.Cli;

/// <summary>The transcript of one input on its way to its files or to standard output, segment by segment.</summary>
internal sealed class TranscriptFiles : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly List<Place> _places = [];

    /// <summary>To standard output.</summary>
    public TranscriptFiles(TextWriter output, TranscriptFormat format, SubtitleOptions? subtitles) =>
        _places.Add(new Place(format, output, TranscriptWriter.Create(format, output, subtitles), null, ""));

    /// <summary>To files.</summary>
    public TranscriptFiles(OutputFiles outputs, IEnumerable<(string Path, TranscriptFormat Format)> files, SubtitleOptions? subtitles)
    {
        try
        {
            foreach ((string path, TranscriptFormat format) in files)
            {
                OutputFile file = outputs.Create(path);
                var text = new StreamWriter(file.Path, append: false, Utf8);
                _places.Add(new Place(format, text, TranscriptWriter.Create(format, text, subtitles), file, path));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The files that are written.</summary>
    public IEnumerable<string> Paths => _places.Where(place => place.File is not null).Select(place => place.Path);

    public void Write(TranscriptSegment segment)
    {
        foreach (Place place in _places)
        {
            place.Writer.Write(segment);
            if (place.File is null)
                place.Text.Flush();
        }
    }

    /// <summary>Writes what is left; files get their names.</summary>
    public void Complete(Transcript transcript)
    {
        foreach (Place place in _places)
        {
            if (place.File is null)
                CompleteStandard(place, transcript);
            else
            {
                place.Writer.Complete(transcript);
                place.Text.Dispose();
            }
        }
        foreach (Place place in _places)
            place.File?.Keep();
    }

    public void Dispose()
    {
        foreach (Place place in _places.Where(place => place.File is not null))
        {
            place.Text.Dispose();
            place.File!.Dispose();
        }
    }

    // On standard output a text stands on a line of its own, and what does not end its last line gets that end.
    private static void CompleteStandard(Place place, Transcript transcript)
    {
        place.Writer.Complete(place.Format == TranscriptFormat.Text ? transcript with { Text = transcript.Text.Trim() } : transcript);
        if (place.Format is TranscriptFormat.Text or TranscriptFormat.Json)
            place.Text.Write('\n');
        place.Text.Flush();
    }

    /// <summary>Where one format goes; without a file it is standard output.</summary>
    private sealed record Place(TranscriptFormat Format, TextWriter Text, TranscriptWriter Writer, OutputFile? File, string Path);
}
