using System.Text.RegularExpressions;

namespace Timbre.Loading.Weights;

/// <summary>One line of a <see cref="WeightMap"/>.</summary>
/// <param name="Pattern">What a name has to match.</param>
/// <param name="Replacement">What takes the place of the match; null drops the tensor.</param>
/// <param name="Axes">A permutation of the axes of the tensors that match, or null.</param>
internal sealed record WeightRule(Regex Pattern, string? Replacement, int[]? Axes);
