namespace Timbre.Transcripts;

/// <summary>LRC: a line of lyrics behind its time, or, where words are highlighted, each word behind its own.</summary>
internal sealed class LyricsWriter(TextWriter output, SubtitleOptions options) : TranscriptWriter(output)
{
    private readonly SubtitleCueBuilder _cues = new(options with { MaxLinesPerCue = options.MaxLinesPerCue is null ? null : 1 });

    /// <inheritdoc/>
    public override void Write(TranscriptSegment segment)
    {
        foreach (SubtitleCue cue in _cues.Add(segment))
            Write(cue);
    }

    /// <inheritdoc/>
    public override void Complete(Transcript transcript)
    {
        foreach (SubtitleCue cue in _cues.Complete())
            Write(cue);
    }

    private void Write(SubtitleCue cue)
    {
        bool timed = options.HighlightWords && cue.HasWordTimes;
        string text = timed
            ? string.Join(' ', cue.Words.Select(word => $"<{Timestamp.Lyrics(word.Start)}>{word.Text.Trim()}"))
            : cue.Text.Replace('\n', ' ');
        Output.Write($"[{Timestamp.Lyrics(cue.Start)}]{text}\n");
    }
}
