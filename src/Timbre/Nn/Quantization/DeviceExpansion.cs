using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>Packed codes to their values by tensor operations, for devices that our kernels do not run on.</summary>
internal static class DeviceExpansion
{
    /// <summary>Words <c>[rows, words]</c> (int32) to float32 <c>[rows, words · 32 / bits]</c>.</summary>
    /// <param name="words">The words.</param>
    /// <param name="bits">Bits that a code takes.</param>
    /// <param name="values">The value of every code; null where it is the code itself.</param>
    public static Tensor Expand(Tensor words, int bits, float[]? values)
    {
        using var scope = NewDisposeScope();
        Tensor shifts = arange(0, 32, bits, ScalarType.Int32, words.device);
        // A sign that the shift drew in is masked away.
        Tensor mask = tensor((1 << bits) - 1, ScalarType.Int32, words.device);
        Tensor codes = words.unsqueeze(-1).bitwise_right_shift(shifts).bitwise_and_(mask);
        Tensor flat = codes.view(words.shape[0], -1);
        Tensor expanded = values is null
            ? flat.to(ScalarType.Float32)
            : tensor(values, device: words.device).index_select(0, flat.view(-1)).view(flat.shape);
        return expanded.MoveToOuterDisposeScope();
    }
}
