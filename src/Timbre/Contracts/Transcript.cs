namespace Timbre;

/// <summary>A transcribed audio.</summary>
/// <param name="Text">The text of all segments.</param>
/// <param name="Segments">The segments in order.</param>
/// <param name="Language">Language code, given or detected.</param>
/// <param name="Duration">How long the audio lasts.</param>
/// <param name="ProcessingTime">How long it took to transcribe.</param>
public sealed record Transcript(
    string Text, IReadOnlyList<TranscriptSegment> Segments, string? Language, TimeSpan Duration, TimeSpan ProcessingTime);
