using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Nn;

/// <summary>A linear layer whose weight stays packed.</summary>
internal sealed class QuantizedLinear(QuantizedWeight weight, Tensor? bias) : Linear
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        Tensor product = weight.Multiply(input);
        return bias is null ? product : product.add_(bias);
    }
}
