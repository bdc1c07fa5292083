using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// Rows of packed codes as the kernels read them. Codes of 2, 4 and 8 bits stay as the checkpoint has them, others take the next of these
/// widths, so that none crosses a byte. Rows of words and of groups are filled up with zeros to whole vectors.
/// </summary>
/// <param name="Words">int32 <c>[rows, words]</c>.</param>
/// <param name="Scales">float32 <c>[rows, groups]</c>.</param>
/// <param name="Biases">float32 <c>[rows, groups]</c>; null in the float modes.</param>
/// <param name="Columns">Codes of a row that count.</param>
/// <param name="GroupSize">Neighbouring codes that share a scale.</param>
internal sealed record PackedMatrix(Tensor Words, Tensor Scales, Tensor? Biases, int Columns, int GroupSize)
{
    /// <summary>Words, and groups, of a vector.</summary>
    public const int VectorLength = 8;

    /// <summary>Rows.</summary>
    public int Rows { get; } = checked((int)Words.shape[0]);

    /// <summary>Words of a row.</summary>
    public int WordsPerRow { get; } = checked((int)Words.shape[1]);

    /// <summary>Scales of a row, with those that fill up its last vector.</summary>
    public int Groups { get; } = checked((int)Scales.shape[1]);

    /// <summary>From the three tensors of a checkpoint, on the CPU.</summary>
    /// <param name="packed">int32 or uint8 words <c>[rows, columns · bits / 32]</c>.</param>
    /// <param name="scales"><c>[rows, groups]</c>: floats for affine, codes for the float modes.</param>
    /// <param name="biases"><c>[rows, groups]</c> for affine.</param>
    /// <param name="format">The format.</param>
    /// <param name="columns">Width of the matrix.</param>
    /// <param name="bits">Bits that a code takes here.</param>
    /// <param name="own">Takes each tensor that the matrix keeps, to where it shall live.</param>
    public static PackedMatrix Create(
        Tensor packed, Tensor scales, Tensor? biases, QuantizationFormat format, int columns, int bits, Func<Tensor, Tensor> own) => new(
            own(Repack(packed, columns, format.Bits, bits)),
            own(FillUp(Values(scales, format.Mode))),
            biases is null ? null : own(FillUp(biases)),
            columns,
            format.GroupSize);

    /// <summary>Neighbouring rows, in the same memory.</summary>
    public PackedMatrix Slice(int row, int count) =>
        new(Words.narrow(0, row, count), Scales.narrow(0, row, count), Biases?.narrow(0, row, count), Columns, GroupSize);

    /// <summary>The rows of these numbers (int64).</summary>
    public PackedMatrix Select(Tensor rows) =>
        new(Words.index_select(0, rows), Scales.index_select(0, rows), Biases?.index_select(0, rows), Columns, GroupSize);

    private static Tensor Values(Tensor scales, QuantizationMode mode)
    {
        if (mode == QuantizationMode.Affine)
            return scales;
        float[] values = mode == QuantizationMode.Nvfp4 ? MiniFloat.E4M3 : MiniFloat.E8M0;
        return tensor(values).index_select(0, scales.to(ScalarType.Int32).view(-1)).view(scales.shape);
    }

    private static Tensor FillUp(Tensor values)
    {
        Tensor floats = values.to(ScalarType.Float32);
        long missing = (VectorLength - floats.shape[1] % VectorLength) % VectorLength;
        return missing == 0 ? floats : nn.functional.pad(floats, [0, missing]);
    }

    private static Tensor Repack(Tensor packed, int columns, int bits, int wider)
    {
        const int vectorBits = 32 * VectorLength;
        int rows = (int)packed.shape[0], vectors = (int)(((long)columns * wider + vectorBits - 1) / vectorBits);
        Tensor words = zeros(rows, vectors * VectorLength, dtype: ScalarType.Int32);
        ReadOnlySpan<byte> source = packed.bytes;
        Span<byte> target = words.bytes;
        int rowBytes = BitPacking.RowBytes(columns, bits), targetBytes = vectors * vectorBits / 8;
        var codes = new byte[columns];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> from = source.Slice(row * rowBytes, rowBytes);
            Span<byte> to = target.Slice(row * targetBytes, targetBytes);
            if (bits == wider)
            {
                from.CopyTo(to);
                continue;
            }
            BitPacking.Unpack(from, codes, bits);
            BitPacking.Pack(codes, to, wider);
        }
        return words;
    }
}
