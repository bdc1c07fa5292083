namespace Timbre.Loading.Weights;

/// <summary>How one layer is quantized.</summary>
/// <param name="Mode"><c>affine</c>, <c>mxfp4</c>, <c>mxfp8</c> or <c>nvfp4</c>.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="GroupSize">Values that share a scale.</param>
internal sealed record LayerQuantization(string Mode, int Bits, int GroupSize);
