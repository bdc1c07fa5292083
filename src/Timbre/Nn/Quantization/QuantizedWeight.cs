using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// A matrix <c>[rows, columns]</c> in one of MLX's packed formats: <c>element(code) · scale + bias</c> for each group of a row. It stays
/// packed in memory: codes of 2, 4 and 8 bits as in the checkpoint, others in the next of these widths; a group's scale and bias are float32.
/// </summary>
internal sealed class QuantizedWeight
{
    /// <summary>From so many rows of input on, unpacking the weight and the plain product are faster (measured on AVX2).</summary>
    private const int MaxPackedRows = 8;

    /// <summary>Values that are unpacked at once: few enough to stay in the cache until they are used.</summary>
    private const long BlockValues = 1 << 20;

    private readonly PackedKernels _kernels;
    private readonly Tensor _words;
    private readonly Tensor _scales;
    private readonly Tensor? _biases;
    private readonly int _columns;

    private QuantizedWeight(PackedKernels kernels, Tensor words, Tensor scales, Tensor? biases, int columns) =>
        (_kernels, _words, _scales, _biases, _columns) = (kernels, words, scales, biases, columns);

    /// <summary>Reads <c>weight</c>, <c>scales</c> and <c>biases</c> at the cursor; null when the layer is not quantized.</summary>
    /// <exception cref="WeightException">The shapes do not fit the config's bits and group size.</exception>
    public static QuantizedWeight? TryLoad(WeightReader reader, int rows, int columns)
    {
        if (reader.Quantization() is not { } format)
            return null;
        if (columns % format.GroupSize != 0)
            throw reader.Error("weight", $"has {columns} columns, which groups of {format.GroupSize} do not divide.");
        int groups = columns / format.GroupSize;
        using Tensor packed = reader.Raw("weight", rows, (long)columns * format.Bits / 32);
        if (format.Mode == QuantizationMode.Mxfp8 && packed.bytes.IndexOfAny((byte)0x7F, (byte)0xFF) >= 0)
            throw reader.Error("weight", "holds codes that are no numbers (0x7F or 0xFF); convert the model again from its source.");
        using Tensor scales = reader.Raw("scales", rows, groups);
        using Tensor? biases = format.Mode == QuantizationMode.Affine ? reader.Raw("biases", rows, groups) : null;
        return Create(packed, scales, biases, format, columns, tensor => reader.Own(tensor.to(reader.Device)));
    }

    /// <summary>From the three tensors of a checkpoint, on the CPU.</summary>
    /// <param name="packed">int32 or uint8 words <c>[rows, columns · bits / 32]</c>.</param>
    /// <param name="scales"><c>[rows, groups]</c>: floats for affine, codes for the float modes.</param>
    /// <param name="biases"><c>[rows, groups]</c> for affine.</param>
    /// <param name="format">The format.</param>
    /// <param name="columns">Width of the matrix.</param>
    /// <param name="own">Takes each tensor that the weight keeps, to where it shall live.</param>
    public static QuantizedWeight Create(
        Tensor packed, Tensor scales, Tensor? biases, QuantizationFormat format, int columns, Func<Tensor, Tensor> own)
    {
        using var scope = NewDisposeScope();
        PackedKernels kernels = PackedKernels.For(format);
        Tensor words = Repack(packed, (int)packed.shape[0], columns, format.Bits, kernels.Bits);
        long groups = words.shape[1] * 32 / kernels.Bits / format.GroupSize;
        return new QuantizedWeight(
            kernels, own(words), own(FillUp(Values(scales, format.Mode), groups)), biases is null ? null : own(FillUp(biases, groups)), columns);
    }

    /// <summary>The matrix in floats; the caller owns it.</summary>
    public Tensor Dequantize(ScalarType type)
    {
        using var scope = NewDisposeScope();
        return cat([.. Blocks().Select(block => Decode(block, type))]).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of the matrix in floats: ids <c>[...]</c> to <c>[..., columns]</c>.</summary>
    public Tensor Rows(Tensor ids, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor flat = ids.view(-1);
        var chosen = new Block(_words.index_select(0, flat), _scales.index_select(0, flat), _biases?.index_select(0, flat));
        return Decode(chosen, type).reshape([.. ids.shape, _columns]).MoveToOuterDisposeScope();
    }

    /// <summary><c>x Wᵀ</c>: <c>[..., columns]</c> to <c>[..., rows]</c>, in the type of <c>x</c>.</summary>
    public Tensor Multiply(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor flat = input.reshape(-1, _columns);
        Tensor product = input.device_type == DeviceType.CPU && flat.shape[0] <= MaxPackedRows
            ? _kernels.Multiply(flat.to(ScalarType.Float32).contiguous(), _words, _scales, _biases).to(input.dtype)
            : cat([.. Blocks().Select(block => MultiplyUnpacked(flat, block))], 1);
        return product.view([.. input.shape[..^1], product.shape[1]]).MoveToOuterDisposeScope();
    }

    private Tensor MultiplyUnpacked(Tensor input, Block block)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, Decode(block, input.dtype)).MoveToOuterDisposeScope();
    }

    private readonly record struct Block(Tensor Words, Tensor Scales, Tensor? Biases);

    private IEnumerable<Block> Blocks()
    {
        long rows = _words.shape[0], height = Math.Max(1, BlockValues / _columns);
        for (long row = 0; row < rows; row += height)
        {
            long count = Math.Min(height, rows - row);
            yield return new Block(_words.narrow(0, row, count), _scales.narrow(0, row, count), _biases?.narrow(0, row, count));
        }
    }

    /// <summary>Product and sum are rounded to the type one after the other, as MLX does.</summary>
    private Tensor Decode(Block block, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor values = _kernels.Expand(block.Words).to(type).view(block.Scales.shape[0], block.Scales.shape[1], -1);
        values.mul_(block.Scales.unsqueeze(-1).to(type));
        if (block.Biases is not null)
            values.add_(block.Biases.unsqueeze(-1).to(type));
        return values.view(values.shape[0], -1).narrow(1, 0, _columns).MoveToOuterDisposeScope();
    }

    /// <summary>The scales as numbers.</summary>
    private static Tensor Values(Tensor scales, QuantizationMode mode)
    {
        if (mode == QuantizationMode.Affine)
            return scales;
        float[] values = mode == QuantizationMode.Nvfp4 ? MiniFloat.E4M3 : MiniFloat.E8M0;
        return tensor(values).index_select(0, scales.to(ScalarType.Int32).view(-1)).view(scales.shape);
    }

    /// <summary>float32, with zeros for the groups that only fill up the last vector.</summary>
    private static Tensor FillUp(Tensor values, long groups)
    {
        Tensor floats = values.to(ScalarType.Float32);
        return groups == floats.shape[1] ? floats : nn.functional.pad(floats, [0, groups - floats.shape[1]]);
    }

    private static Tensor Repack(Tensor packed, int rows, int columns, int bits, int wider)
    {
        const int vectorBits = 32 * PackedKernels.VectorWords;
        int vectors = (int)(((long)columns * wider + vectorBits - 1) / vectorBits);
        Tensor words = zeros(rows, vectors * PackedKernels.VectorWords, dtype: ScalarType.Int32);
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
