namespace Timbre.Transcripts;

/// <summary>A format of cues: segments go in, cues come out as soon as they are cut.</summary>
internal abstract class CueWriter(TextWriter output, SubtitleOptions limits) : TranscriptWriter(output)
{
    private readonly SubtitleCueBuilder _cues = new(limits);

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

    /// <summary>Writes one cue in the format's syntax.</summary>
    protected abstract void Write(SubtitleCue cue);
}
