using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Nn;

/// <summary><c>y = x Wᵀ + b</c> over the last axis, from dense or packed weights, whichever the checkpoint holds.</summary>
internal abstract class Linear
{
    /// <summary>Applies it: <c>[..., inputs]</c> to <c>[..., outputs]</c>.</summary>
    public abstract Tensor Forward(Tensor input);

    /// <summary>Reads <c>weight</c> (and <c>bias</c>) at the cursor.</summary>
    /// <param name="reader">The layer's place.</param>
    /// <param name="inputs">Width of what goes in.</param>
    /// <param name="outputs">Width of what comes out.</param>
    /// <param name="bias">Whether the layer has a bias.</param>
    public static Linear Load(WeightReader reader, int inputs, int outputs, bool bias = true)
    {
        Tensor? offset = bias ? reader.Tensor("bias", outputs) : null;
        return QuantizedWeight.TryLoad(reader, outputs, inputs) is { } packed
            ? new QuantizedLinear(packed, offset)
            : new DenseLinear(QuantizedWeight.LoadFloats(reader, outputs, inputs), offset);
    }
}
