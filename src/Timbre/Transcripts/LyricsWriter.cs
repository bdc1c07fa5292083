namespace Timbre.Transcripts;

/// <summary>LRC: a line of lyrics behind its time, or, where words are highlighted, each word behind its own.</summary>
internal sealed class LyricsWriter(TextWriter output, SubtitleOptions options)
    : CueWriter(output, options with { MaxLinesPerCue = options.MaxLinesPerCue is null ? null : 1 })
{
    /// <inheritdoc/>
    protected override void Write(SubtitleCue cue)
    {
        bool timed = options.HighlightWords && cue.HasWordTimes;
        string text = timed
            ? string.Join(' ', cue.Words.Select(word => $"<{Timestamp.Lyrics(word.Start)}>{word.Text.Trim()}"))
            : cue.Text.Replace('\n', ' ');
        Output.Write($"[{Timestamp.Lyrics(cue.Start)}]{text}\n");
    }
}
