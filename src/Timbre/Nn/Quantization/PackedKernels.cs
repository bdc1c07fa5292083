using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// The kernels of one kind of codes. Rows of codes are whole vectors of eight words; scales and biases are float32, as many for a
/// row as groups fit into its words.
/// </summary>
internal abstract class PackedKernels
{
    /// <summary>Words of a vector: rows are filled up with zeros to a multiple of so many.</summary>
    public const int VectorWords = 8;

    /// <summary>Bits that a code takes.</summary>
    public abstract int Bits { get; }

    /// <summary>The kernels for a format. Widths between the powers of two are kept in the next one: they would cross words.</summary>
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

    /// <summary><c>x Wᵀ</c> for few rows, on the CPU: float32 <c>[N, columns]</c> to <c>[N, rows]</c>.</summary>
    /// <param name="input">Contiguous.</param>
    /// <param name="words"><c>[rows, words]</c>.</param>
    /// <param name="scales"><c>[rows, groups]</c>.</param>
    /// <param name="biases"><c>[rows, groups]</c>, or null for none.</param>
    public abstract Tensor Multiply(Tensor input, Tensor words, Tensor scales, Tensor? biases);

    /// <summary>
    /// The values of the codes, without their scales: <c>[rows, words]</c> to float32 <c>[rows, words · 32 / bits]</c>, on any device.
    /// </summary>
    public abstract Tensor Expand(Tensor words);
}

/// <inheritdoc/>
internal sealed class PackedKernels<TDecoder> : PackedKernels
    where TDecoder : ICodeDecoder
{
    /// <inheritdoc/>
    public override int Bits => TDecoder.Bits;

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor input, Tensor words, Tensor scales, Tensor? biases) =>
        PackedProduct<TDecoder>.Multiply(input, words, scales, biases);

    /// <inheritdoc/>
    public override Tensor Expand(Tensor words) => words.device_type == DeviceType.CPU
        ? CodeExpansion<TDecoder>.Expand(words)
        : DeviceExpansion.Expand(words, TDecoder.Bits, TDecoder.Values);
}
