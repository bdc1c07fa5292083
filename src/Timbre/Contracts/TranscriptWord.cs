namespace Timbre;

/// <summary>A word of a transcript.</summary>
/// <param name="Text">The word as the model wrote it, with its leading space and its punctuation.</param>
/// <param name="Start">When it begins, from the start of the audio.</param>
/// <param name="End">When it ends.</param>
/// <param name="Probability">How sure the model is, in [0, 1].</param>
public sealed record TranscriptWord(string Text, TimeSpan Start, TimeSpan End, double Probability);
