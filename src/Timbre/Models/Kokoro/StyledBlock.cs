using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Kokoro;

/// <summary>
/// The residual block of StyleTTS 2's predictor and decoder (<c>AdainResBlk1d</c>): two styled convolutions of kernel 3, optionally doubling
/// the time.
/// </summary>
internal sealed class StyledBlock
{
    private const double Slope = 0.2;

    private readonly AdaIn _norm1;
    private readonly AdaIn _norm2;
    private readonly ChannelsLastConv1d _conv1;
    private readonly ChannelsLastConv1d _conv2;
    private readonly ChannelsLastConv1d? _shortcut;
    private readonly ChannelsLastConvTranspose1d? _pool;

    private StyledBlock(WeightReader reader, int styleWidth, long inputs, long outputs, bool upsample)
    {
        _norm1 = AdaIn.Load(reader.Sub("norm1"), styleWidth, inputs);
        _norm2 = AdaIn.Load(reader.Sub("norm2"), styleWidth, outputs);
        _conv1 = ChannelsLastConv1d.Load(reader.Sub("conv1"), inputs, outputs, 3, padding: 1);
        _conv2 = ChannelsLastConv1d.Load(reader.Sub("conv2"), outputs, outputs, 3, padding: 1);
        _shortcut = inputs == outputs ? null : ChannelsLastConv1d.Load(reader.Sub("conv1x1"), inputs, outputs, 1);
        _pool = upsample ? ChannelsLastConvTranspose1d.Load(reader.Sub("pool"), inputs, inputs, 3, 2, 1, outputPadding: 1, groups: inputs) : null;
        Outputs = outputs;
    }

    /// <summary>Channels that come out.</summary>
    public long Outputs { get; }

    /// <summary>Reads the block at the cursor; the output width is that of its first convolution.</summary>
    public static StyledBlock Load(WeightReader reader, int styleWidth, long inputs, bool upsample = false) =>
        new(reader, styleWidth, inputs, reader.Sub("conv1").ShapeOf("weight_v")[0], upsample);

    /// <summary><c>[B, T, inputs]</c> to <c>[B, T or 2T, outputs]</c>.</summary>
    public Tensor Forward(Tensor input, Tensor style)
    {
        using var scope = NewDisposeScope();
        Tensor residual = leaky_relu(_norm1.Forward(input, style), Slope, inplace: true);
        if (_pool is not null)
            residual = _pool.Forward(residual);
        residual = leaky_relu(_norm2.Forward(_conv1.Forward(residual), style), Slope, inplace: true);
        residual = _conv2.Forward(residual);
        // The 1×1 convolution goes before the repetition: the same numbers for half the work.
        Tensor shortcut = _shortcut?.Forward(input) ?? input;
        if (_pool is not null)
            shortcut = shortcut.repeat_interleave(2, 1);
        return residual.add_(shortcut).mul_(Math.Sqrt(0.5)).MoveToOuterDisposeScope();
    }
}
