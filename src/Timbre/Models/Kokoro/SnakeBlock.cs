using Timbre.Loading.Weights;
using Timbre.Nn.Winograd;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>
/// The residual block of the generator (<c>AdaINResBlock1</c>): for each dilation, two rounds of styled normalisation, snake activation and
/// convolution, added to what went in.
/// </summary>
internal abstract class SnakeBlock
{
    /// <summary>Reads the block at the cursor: in the form that is fastest for its width, its place and this machine.</summary>
    public static SnakeBlock Load(WeightReader reader, int styleWidth, long channels, int kernel, int[] dilations) =>
        WinogradConv.IsSupported(reader, channels)
            ? new FusedSnakeBlock(reader, styleWidth, channels, kernel, dilations)
            : new LayeredSnakeBlock(reader, styleWidth, channels, kernel, dilations);

    /// <summary><c>[B, T, C]</c> to the same.</summary>
    public abstract Tensor Forward(Tensor input, Tensor style);
}
