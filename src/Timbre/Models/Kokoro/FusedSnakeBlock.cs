using Timbre.Loading.Weights;
using Timbre.Nn.Winograd;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>A <see cref="SnakeBlock"/> for the CPU that reads and writes its rows once for each convolution.</summary>
internal sealed unsafe class FusedSnakeBlock : SnakeBlock
{
    private readonly StyledSnake[] _activations1;
    private readonly StyledSnake[] _activations2;
    private readonly WinogradConv[] _convs1;
    private readonly WinogradConv[] _convs2;
    private readonly int _channels;

    /// <summary>Reads the block at the cursor.</summary>
    public FusedSnakeBlock(WeightReader reader, int styleWidth, long channels, int kernel, int[] dilations)
    {
        _channels = (int)channels;
        _activations1 = [.. dilations.Select((_, i) => StyledSnake.Load(reader, "1", i, styleWidth, channels))];
        _activations2 = [.. dilations.Select((_, i) => StyledSnake.Load(reader, "2", i, styleWidth, channels))];
        _convs1 = [.. dilations.Select((dilation, i) => WinogradConv.Load(reader.Sub("convs1", i), channels, kernel, dilation))];
        _convs2 = [.. dilations.Select((_, i) => WinogradConv.Load(reader.Sub("convs2", i), channels, kernel, 1))];
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, Tensor style)
    {
        using var scope = NewDisposeScope();
        Tensor source = input.contiguous();
        Tensor middle = empty_like(source);
        Tensor output = empty_like(source);
        long length = source.shape[1];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        float* rows = WinogradConv.Address(source), between = WinogradConv.Address(middle), result = WinogradConv.Address(output);
        ChannelStatistics statistics = ChannelStatistics.Of(rows, length, _channels, parallel);
        for (int round = 0; round < _convs1.Length; round++)
        {
            statistics = _convs1[round].Apply(rows, length, _activations1[round].At(statistics, style), null, between, parallel);
            statistics = _convs2[round].Apply(between, length, _activations2[round].At(statistics, style), rows, result, parallel);
            rows = result;
        }
        return output.MoveToOuterDisposeScope();
    }
}
