using Timbre.Loading.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>One-dimensional transposed convolution over <c>[B, T, C]</c>, channels last (see <see cref="ChannelsLastConv1d"/>).</summary>
internal sealed class ChannelsLastConvTranspose1d
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _outputPadding;
    private readonly long _groups;

    private ChannelsLastConvTranspose1d(Tensor weight, Tensor bias, int stride, int padding, int outputPadding, long groups)
    {
        (_weight, _bias, _groups) = (weight, bias, groups);
        (_stride, _padding, _outputPadding) = ([1, stride], [0, padding], [0, outputPadding]);
    }

    /// <summary>Reads the weight-normalised <c>[inputs, outputs / groups, kernel]</c> and <c>bias</c> at the cursor.</summary>
    public static ChannelsLastConvTranspose1d Load(
        WeightReader reader, long inputs, long outputs, int kernel, int stride, int padding, int outputPadding = 0, long groups = 1)
    {
        using Tensor weight = WeightNorm.Fold(reader, inputs, outputs / groups, kernel);
        return new ChannelsLastConvTranspose1d(
            reader.Own(ChannelsLast.Weight(weight, reader.Type, reader.Device)), reader.Tensor("bias", outputs), stride, padding, outputPadding, groups);
    }

    /// <summary><c>[B, T, inputs]</c> to <c>[B, T', outputs]</c>.</summary>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor image = ChannelsLast.ToImage(input);
        return ChannelsLast.FromImage(conv_transpose2d(image, _weight, _bias, _stride, _padding, _outputPadding, groups: _groups))
            .MoveToOuterDisposeScope();
    }
}
