namespace Timbre.Models.Whisper;

/// <summary>How the tokens of a window lie in its audio.</summary>
/// <param name="Matrix">Attention, <c>[text tokens + end, positions]</c>.</param>
/// <param name="Probabilities">Probability of each text token.</param>
/// <param name="Path">The warping path through the matrix.</param>
internal sealed record WhisperAlignmentResult(float[] Matrix, float[] Probabilities, (int[] Tokens, int[] Frames) Path);
