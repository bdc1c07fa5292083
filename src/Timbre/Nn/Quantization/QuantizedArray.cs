namespace Timbre.Nn.Quantization;

/// <summary>A matrix in a packed format, as a checkpoint stores it.</summary>
/// <param name="Packed">The rows' bit streams, one after the other: the bytes of the uint32 words.</param>
/// <param name="Scales">One a group: the value for affine, the code of the scale's format for the float modes.</param>
/// <param name="Biases">One a group for affine, else empty.</param>
internal sealed record QuantizedArray(byte[] Packed, float[] Scales, float[] Biases);
