namespace Timbre.Generation;

/// <summary>A decoded sequence.</summary>
/// <param name="Tokens">Its tokens, without the end.</param>
/// <param name="LogProbability">The sum of the log-probabilities of its tokens, the end among them.</param>
internal sealed record TokenCandidate(int[] Tokens, double LogProbability);
