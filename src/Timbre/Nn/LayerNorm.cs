using Timbre.Loading.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>Layer normalisation over the last axis, with gain and offset.</summary>
internal sealed class LayerNorm
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly long[] _shape;
    private readonly double _epsilon;

    private LayerNorm(Tensor weight, Tensor bias, int width, double epsilon) =>
        (_weight, _bias, _shape, _epsilon) = (weight, bias, [width], epsilon);

    /// <summary>Reads <c>weight</c> and <c>bias</c> at the cursor.</summary>
    public static LayerNorm Load(WeightReader reader, int width, double epsilon = 1e-5) =>
        new(reader.Tensor("weight", width), reader.Tensor("bias", width), width, epsilon);

    /// <summary><c>[..., width]</c> to the same.</summary>
    public Tensor Forward(Tensor input) => layer_norm(input, _shape, _weight, _bias, _epsilon);
}
