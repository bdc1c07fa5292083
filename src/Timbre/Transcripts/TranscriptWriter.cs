namespace Timbre.Transcripts;

/// <summary>Writes a transcript segment by segment, each as soon as it is known. It leaves the <see cref="TextWriter"/> open.</summary>
public abstract class TranscriptWriter
{
    private protected TranscriptWriter(TextWriter output) => Output = output;

    private protected TextWriter Output { get; }

    /// <summary>A writer to <paramref name="output"/>.</summary>
    /// <param name="format">The format.</param>
    /// <param name="output">Where to write; lines end in a line feed on every system.</param>
    /// <param name="subtitles">How cues are cut, where the format has cues; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A limit is not above 0.</exception>
    public static TranscriptWriter Create(TranscriptFormat format, TextWriter output, SubtitleOptions? subtitles = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        subtitles ??= new SubtitleOptions();
        subtitles.Validate();
        return format switch
        {
            TranscriptFormat.Text => new PlainTextWriter(output),
            TranscriptFormat.Lines => new LinesWriter(output),
            TranscriptFormat.SubRip => new SubtitleWriter(output, subtitles, SubtitleSyntax.SubRip),
            TranscriptFormat.WebVtt => new SubtitleWriter(output, subtitles, SubtitleSyntax.WebVtt),
            TranscriptFormat.TabSeparated => new TabSeparatedWriter(output),
            TranscriptFormat.Json => new JsonTranscriptWriter(output),
            TranscriptFormat.Lyrics => new LyricsWriter(output, subtitles),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such transcript format."),
        };
    }

    /// <summary>Writes a whole transcript.</summary>
    /// <exception cref="ArgumentException">A limit is not above 0.</exception>
    public static void Write(Transcript transcript, TranscriptFormat format, TextWriter output, SubtitleOptions? subtitles = null)
    {
        ArgumentNullException.ThrowIfNull(transcript);
        TranscriptWriter writer = Create(format, output, subtitles);
        foreach (TranscriptSegment segment in transcript.Segments)
            writer.Write(segment);
        writer.Complete(transcript);
    }

    /// <summary>Adds the next segment; what can be written already is written.</summary>
    public abstract void Write(TranscriptSegment segment);

    /// <summary>Writes what is left.</summary>
    /// <param name="transcript">The whole transcript, with the segments that were written.</param>
    public abstract void Complete(Transcript transcript);
}
