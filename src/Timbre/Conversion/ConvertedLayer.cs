namespace Timbre.Conversion;

/// <summary>What became of a layer that has a matrix of weights.</summary>
/// <param name="Path">The layer's path in the result.</param>
/// <param name="Parameters">Its weights.</param>
/// <param name="Format">How it is packed, for example <c>affine 4 bits, groups of 64</c>; null for floats.</param>
/// <param name="Reason">Why a conversion that quantizes left it alone, or what was special about it; null otherwise.</param>
public sealed record ConvertedLayer(string Path, long Parameters, string? Format, string? Reason);
