using Timbre.Loading.Weights;
using Timbre.Nn;
using Timbre.Nn.Winograd;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>Styled normalisation followed by the snake activation <c>x + sin²(αx) / α</c> (Ziyin et al. 2020), α per channel.</summary>
internal sealed class StyledSnake
{
    private readonly AdaIn _norm;
    private readonly Tensor _alpha;
    private readonly Tensor _inverse;

    private StyledSnake(AdaIn norm, Tensor alpha, Tensor inverse) => (_norm, _alpha, _inverse) = (norm, alpha, inverse);

    /// <summary>Reads <c>adainS.index</c> and <c>alphaS.index</c> <c>[1, channels, 1]</c> at the cursor, S the side of the block.</summary>
    public static StyledSnake Load(WeightReader reader, string side, int index, int styleWidth, long channels)
    {
        using var scope = NewDisposeScope();
        Tensor stored = reader.Raw($"alpha{side}.{index}", 1, channels, 1);
        Tensor alpha = reader.Own(stored.to(ScalarType.Float32, reader.Device).reshape(1, 1, channels));
        return new StyledSnake(AdaIn.Load(reader.As(ScalarType.Float32).Sub("adain" + side, index), styleWidth, channels), alpha, reader.Own(alpha.reciprocal()));
    }

    /// <summary><c>[B, T, C]</c> to the same.</summary>
    public Tensor Forward(Tensor input, Tensor style)
    {
        using var scope = NewDisposeScope();
        Tensor normal = _norm.Forward(input, style);
        Tensor wave = (normal * _alpha).sin_().pow_(2);
        return normal.addcmul_(wave, _inverse, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The same as numbers a channel, for an input with these statistics.</summary>
    public SnakeActivation At(ChannelStatistics statistics, Tensor style)
    {
        (float[] gain, float[] offset) = _norm.Affine(statistics, style);
        return new SnakeActivation(gain, offset, _alpha.data<float>().ToArray(), _inverse.data<float>().ToArray());
    }
}
