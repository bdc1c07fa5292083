using static TorchSharp.torch;

namespace Timbre.Nn;

/// <summary>Views between <c>[B, T, C]</c> in memory and the images of height 1 with channels-last strides that libtorch convolves.</summary>
internal static class ChannelsLast
{
    /// <summary><c>[B, T, C]</c> to <c>[B, C, 1, T]</c>, without a copy where the input is contiguous.</summary>
    public static Tensor ToImage(Tensor sequence)
    {
        using Tensor dense = sequence.contiguous();
        using Tensor rows = dense.unsqueeze(1);
        return rows.permute(0, 3, 1, 2);
    }

    /// <summary><c>[B, C, 1, T]</c> to <c>[B, T, C]</c>, without a copy where the strides are channels-last.</summary>
    public static Tensor FromImage(Tensor image)
    {
        using Tensor rows = image.permute(0, 2, 3, 1);
        using Tensor sequence = rows.squeeze(1);
        return sequence.contiguous();
    }

    /// <summary>A weight <c>[A, B, K]</c> as <c>[A, B, 1, K]</c> with channels-last strides; the caller owns it.</summary>
    public static Tensor Weight(Tensor weight, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor rows = weight.to(type, device).permute(0, 2, 1).contiguous().unsqueeze(1);
        return rows.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
