using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>Styled normalisation followed by the snake activation <c>x + sin²(αx) / α</c> (Ziyin et al. 2020), α per channel.</summary>
internal sealed class StyledSnake
{
    private readonly AdaIn _norm;
    private readonly Tensor _alpha;
    private readonly Tensor _inverse;

    private StyledSnake(AdaIn norm, Tensor alpha, Tensor inverse) => (_norm, _alpha, _inverse) = (norm, alpha, inverse);

    /// <summary>Reads the normalisation and α <c>[1, channels, 1]</c> of that index at the cursor.</summary>
    public static StyledSnake Load(WeightReader reader, string norm, string alpha, int index, int styleWidth, long channels)
    {
        Tensor stored = reader.Tensor($"{alpha}.{index}", 1, channels, 1);
        Tensor last = reader.Own(stored.view(1, 1, channels));
        return new StyledSnake(AdaIn.Load(reader.Sub(norm, index), styleWidth, channels), last, reader.Own(last.reciprocal()));
    }

    /// <summary><c>[B, T, C]</c> to the same.</summary>
    public Tensor Forward(Tensor input, Tensor style)
    {
        using var scope = NewDisposeScope();
        Tensor normal = _norm.Forward(input, style);
        Tensor wave = (normal * _alpha).sin_().pow_(2);
        return normal.addcmul_(wave, _inverse, 1).MoveToOuterDisposeScope();
    }
}
