using Timbre.Loading.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>
/// One-dimensional convolution over <c>[B, T, C]</c>, channels last: what recurrent and linear layers and MLX use, and what the kernels for
/// wide vectors want. Runs as a two-dimensional convolution of height 1, which is how libtorch knows the layout. Where as many channels come
/// out as go in, on the CPU, <see cref="Winograd.WinogradConv"/> is faster.
/// </summary>
internal sealed class ChannelsLastConv1d
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _dilation;

    private ChannelsLastConv1d(Tensor weight, Tensor? bias, int stride, int padding, int dilation)
    {
        (_weight, _bias) = (weight, bias);
        (_stride, _padding, _dilation) = ([1, stride], [0, padding], [1, dilation]);
    }

    /// <summary>Reads <c>weight</c> <c>[outputs, inputs, kernel]</c>, plain or weight-normalised, and <c>bias</c> if there is one.</summary>
    public static ChannelsLastConv1d Load(WeightReader reader, long inputs, long outputs, int kernel, int stride = 1, int padding = 0, int dilation = 1)
    {
        using Tensor weight = reader.Has("weight_v")
            ? WeightNorm.Fold(reader, outputs, inputs, kernel)
            : reader.Raw("weight", outputs, inputs, kernel);
        Tensor? bias = reader.Has("bias") ? reader.Tensor("bias", outputs) : null;
        return new ChannelsLastConv1d(reader.Own(ChannelsLast.Weight(weight, reader.Type, reader.Device)), bias, stride, padding, dilation);
    }

    /// <summary><c>[B, T, inputs]</c> to <c>[B, T', outputs]</c>, in the input's type; the products are in the weight's.</summary>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor image = ChannelsLast.ToImage(input.to(_weight.dtype));
        Tensor output = conv2d(image, _weight, _bias, _stride, _padding, _dilation).to(input.dtype);
        return ChannelsLast.FromImage(output).MoveToOuterDisposeScope();
    }
}
