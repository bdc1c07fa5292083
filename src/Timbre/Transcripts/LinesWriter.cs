namespace Timbre.Transcripts;

/// <summary>A line for each segment.</summary>
internal sealed class LinesWriter(TextWriter output) : TranscriptWriter(output)
{
    /// <inheritdoc/>
    public override void Write(TranscriptSegment segment) => Output.Write(segment.Text.Trim().ReplaceLineEndings(" ") + "\n");

    /// <inheritdoc/>
    public override void Complete(Transcript transcript)
    {
    }
}
