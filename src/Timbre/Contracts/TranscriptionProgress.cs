namespace Timbre;

/// <summary>How far a transcription has come.</summary>
/// <param name="Position">Audio that has been decided.</param>
/// <param name="Duration">All of the audio, where that is known.</param>
public sealed record TranscriptionProgress(TimeSpan Position, TimeSpan? Duration);
