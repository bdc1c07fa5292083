namespace Timbre.Conversion;

/// <summary>How far a conversion is.</summary>
/// <param name="BytesWritten">Bytes of tensors that are written.</param>
/// <param name="BytesTotal">Bytes of tensors that the result will have.</param>
/// <param name="Tensor">What is being written.</param>
public sealed record ConversionProgress(long BytesWritten, long BytesTotal, string Tensor);
