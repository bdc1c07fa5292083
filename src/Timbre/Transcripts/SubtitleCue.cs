namespace Timbre.Transcripts;

/// <summary>A text that is shown for some time.</summary>
/// <param name="Words">The words with the white space before them: a space within a line, a line break, nothing at the start.</param>
/// <param name="HasWordTimes">Whether the times of the words are known rather than estimated.</param>
internal sealed record SubtitleCue(IReadOnlyList<TranscriptWord> Words, bool HasWordTimes)
{
    public TimeSpan Start => Words[0].Start;

    public TimeSpan End => Words[^1].End;

    public string Text => string.Concat(Words.Select(word => word.Text));
}
