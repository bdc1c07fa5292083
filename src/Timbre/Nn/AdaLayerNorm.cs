using Timbre.Loading.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>Layer normalisation over the channels of <c>[B, T, C]</c> whose gain <c>1 + γ</c> and offset β come from a style vector.</summary>
internal sealed class AdaLayerNorm
{
    private const double Epsilon = 1e-5;

    private readonly Linear _style;

    private AdaLayerNorm(Linear style) => _style = style;

    /// <summary>Reads <c>fc</c>, <c>[2 channels, style]</c>, at the cursor.</summary>
    public static AdaLayerNorm Load(WeightReader reader, int styleWidth, int channels) =>
        new(Linear.Load(reader.Sub("fc"), styleWidth, 2 * channels));

    /// <summary><c>[B, T, C]</c> and <c>[B, style]</c> to <c>[B, T, C]</c>.</summary>
    public Tensor Forward(Tensor input, Tensor style)
    {
        using var scope = NewDisposeScope();
        Tensor[] halves = _style.Forward(style).unsqueeze(1).chunk(2, -1);
        Tensor normal = layer_norm(input, [input.shape[^1]], null, null, Epsilon);
        return addcmul(halves[1], normal, halves[0] + 1, 1).MoveToOuterDisposeScope();
    }
}
