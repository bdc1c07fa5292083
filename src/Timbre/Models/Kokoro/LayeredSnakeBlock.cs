using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>A <see cref="SnakeBlock"/> of libtorch's operations, for every device, type and width.</summary>
internal sealed class LayeredSnakeBlock : SnakeBlock
{
    private readonly StyledSnake[] _activations1;
    private readonly StyledSnake[] _activations2;
    private readonly ChannelsLastConv1d[] _convs1;
    private readonly ChannelsLastConv1d[] _convs2;

    /// <summary>Reads the block at the cursor.</summary>
    public LayeredSnakeBlock(WeightReader reader, int styleWidth, long channels, int kernel, int[] dilations)
    {
        _activations1 = [.. dilations.Select((_, i) => StyledSnake.Load(reader, "1", i, styleWidth, channels))];
        _activations2 = [.. dilations.Select((_, i) => StyledSnake.Load(reader, "2", i, styleWidth, channels))];
        _convs1 = [.. dilations.Select((dilation, i) => ChannelsLastConv1d.Load(
            reader.Sub("convs1", i), channels, channels, kernel, padding: (kernel - 1) * dilation / 2, dilation: dilation))];
        _convs2 = [.. dilations.Select((_, i) => ChannelsLastConv1d.Load(reader.Sub("convs2", i), channels, channels, kernel, padding: (kernel - 1) / 2))];
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, Tensor style)
    {
        Tensor output = input.alias();
        for (int round = 0; round < _convs1.Length; round++)
        {
            using Tensor first = _activations1[round].Forward(output, style);
            using Tensor middle = _convs1[round].Forward(first);
            using Tensor second = _activations2[round].Forward(middle, style);
            Tensor sum = _convs2[round].Forward(second).add_(output);
            output.Dispose();
            output = sum;
        }
        return output;
    }
}
