using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>A linear layer whose weight is a plain matrix.</summary>
internal sealed class DenseLinear(Tensor weight, Tensor? bias) : Linear
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => linear(input, weight, bias);
}
