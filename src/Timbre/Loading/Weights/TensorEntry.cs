namespace Timbre.Loading.Weights;

/// <summary>What the header of a safetensors file says of one tensor.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Length">Bytes.</param>
internal sealed record TensorEntry(string Name, TensorType Type, long[] Shape, long Offset, long Length);
