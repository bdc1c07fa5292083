using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Nn;

/// <summary>
/// Folds weight normalisation (Salimans and Kingma 2016) into a plain weight: <c>g v / ‖v‖</c>, the norm over all axes but the first.
/// </summary>
internal static class WeightNorm
{
    /// <summary>
    /// Reads <c>weight_g</c> and <c>weight_v</c> <c>[first, second, kernel]</c> at the cursor. The squares are summed in float32 whatever
    /// the file holds, for they would overflow float16. The caller owns the result: float32, on the CPU.
    /// </summary>
    public static Tensor Fold(WeightReader reader, long first, long second, long kernel)
    {
        using var scope = NewDisposeScope();
        Tensor direction = reader.Raw("weight_v", first, second, kernel).to(ScalarType.Float32);
        Tensor length = reader.Raw("weight_g", first, 1, 1).to(ScalarType.Float32);
        Tensor norm = direction.square().sum([1, 2], keepdim: true).sqrt();
        return (direction * (length / norm)).MoveToOuterDisposeScope();
    }
}
