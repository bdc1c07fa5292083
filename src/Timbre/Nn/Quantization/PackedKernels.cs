using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>The kernels of one kind of codes.</summary>
internal abstract class PackedKernels
{
    /// <summary>Bits that a code takes in a <see cref="PackedMatrix"/>.</summary>
    public abstract int Bits { get; }

    /// <summary>The kernels for a format. Widths between the powers of two are kept in the next one: they would cross bytes.</summary>
    public static PackedKernels For(QuantizationFormat format) => format.Mode switch
    {
        QuantizationMode.Mxfp8 => new PackedKernels<E4M3>(),
        QuantizationMode.Mxfp4 or QuantizationMode.Nvfp4 => new PackedKernels<E2M1>(),
        _ => format.Bits switch
        {
            <= 2 => new PackedKernels<Integer2>(),
            <= 4 => new PackedKernels<Integer4>(),
            _ => new PackedKernels<Integer8>(),
        },
    };

    /// <summary><c>x Wᵀ</c> for few rows, on the CPU: contiguous float32 <c>[..., columns]</c> to <c>[..., rows]</c>.</summary>
    public abstract Tensor Multiply(Tensor input, PackedMatrix matrix);

    /// <summary>
    /// The values of the codes, without their scales: <c>[rows, words]</c> to float32 <c>[rows, words · 32 / bits]</c>, on any device.
    /// </summary>
    public abstract Tensor Expand(Tensor words);

    /// <summary>The matrix in float32, on the CPU: <c>[rows, columns]</c>.</summary>
    public abstract Tensor Dequantize(PackedMatrix matrix);
}

/// <inheritdoc/>
internal sealed class PackedKernels<TDecoder> : PackedKernels
    where TDecoder : ICodeDecoder
{
    /// <inheritdoc/>
    public override int Bits => TDecoder.Bits;

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor input, PackedMatrix matrix) => PackedProduct<TDecoder>.Multiply(input, matrix);

    /// <inheritdoc/>
    public override Tensor Expand(Tensor words) => words.device_type == DeviceType.CPU
        ? CodeExpansion<TDecoder>.Expand(words)
        : DeviceExpansion.Expand(words, TDecoder.Bits, TDecoder.Values);

    /// <inheritdoc/>
    public override Tensor Dequantize(PackedMatrix matrix) => CodeExpansion<TDecoder>.Dequantize(matrix);
}
