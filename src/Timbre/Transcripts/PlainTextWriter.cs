namespace Timbre.Transcripts;

/// <summary>The text of the whole transcript, nothing else.</summary>
internal sealed class PlainTextWriter(TextWriter output) : TranscriptWriter(output)
{
    /// <inheritdoc/>
    public override void Write(TranscriptSegment segment)
    {
        // A transcript's text need not be the text of its segments joined; it is known at the end.
    }

    /// <inheritdoc/>
    public override void Complete(Transcript transcript) => Output.Write(transcript.Text);
}
