namespace Timbre.Loading.Weights;

/// <summary>A block of values of a PyTorch file, which tensors share.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">Its elements.</param>
internal sealed record TorchStorage(string Key, TensorType Type, long Count);
