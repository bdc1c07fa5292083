namespace Timbre.Transcripts;

/// <summary>A table of start and end in whole milliseconds and of text.</summary>
internal sealed class TabSeparatedWriter : TranscriptWriter
{
    public TabSeparatedWriter(TextWriter output) : base(output) => Output.Write("start\tend\ttext\n");

    /// <inheritdoc/>
    public override void Write(TranscriptSegment segment)
    {
        string text = segment.Text.Trim().ReplaceLineEndings(" ").Replace('\t', ' ');
        Output.Write($"{Timestamp.Milliseconds(segment.Start)}\t{Timestamp.Milliseconds(segment.End)}\t{text}\n");
    }

    /// <inheritdoc/>
    public override void Complete(Transcript transcript)
    {
    }
}
