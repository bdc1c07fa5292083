using TorchSharp;

namespace Timbre.Conversion;

/// <summary>A tensor that stands in a checkpoint although it follows from the config.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Compute">Makes it in float32; the caller owns it.</param>
internal sealed record ComputedTensor(string Name, long[] Shape, Func<torch.Tensor> Compute);
