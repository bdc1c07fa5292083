using Timbre.Loading.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>
/// One-dimensional convolution over <c>[B, C, T]</c>, torch's own order: for a few convolutions before a network of other layers (Whisper's
/// front). Networks that convolve throughout use <see cref="ChannelsLastConv1d"/>.
/// </summary>
internal sealed class Conv1d(Tensor weight, Tensor? bias, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
{
    /// <summary>Reads <c>weight</c> <c>[outputs, inputs / groups, kernel]</c> (and <c>bias</c>) at the cursor.</summary>
    public static Conv1d Load(
        WeightReader reader, int inputs, int outputs, int kernel, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool bias = true) =>
        new(reader.Tensor("weight", outputs, inputs / groups, kernel), bias ? reader.Tensor("bias", outputs) : null, stride, padding, dilation, groups);

    /// <summary><c>[B, inputs, T]</c> to <c>[B, outputs, T']</c>.</summary>
    public Tensor Forward(Tensor input) => conv1d(input, weight, bias, stride, padding, dilation, groups);
}
