namespace Timbre.Conversion;

/// <summary>How far a converted layer is from the source's.</summary>
/// <param name="Path">The layer's path, as the layers call it.</param>
/// <param name="RelativeError">‖ŵ − w‖ / ‖w‖ over all of its weights.</param>
public sealed record LayerError(string Path, double RelativeError);
