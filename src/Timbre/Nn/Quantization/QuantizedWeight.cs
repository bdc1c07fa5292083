using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// A matrix <c>[rows, columns]</c> in one of MLX's packed formats: <c>element(code) · scale + bias</c> for each group of a row. It stays
/// packed in memory and is unpacked, part by part, for each product with many rows, which takes no longer than one that is unpacked at load.
/// </summary>
internal sealed class QuantizedWeight
{
    /// <summary>From so many rows of input on, unpacking the weight and the plain product are faster (measured on AVX2).</summary>
    private const int MaxPackedRows = 8;

    /// <summary>
    /// Values that are unpacked at once. On the CPU few enough to stay in the cache until they are used; on a GPU many, since each operation
    /// costs as much to start as a small one to do.
    /// </summary>
    private const int CpuBlock = 1 << 20, GpuBlock = 1 << 26;

    private readonly PackedKernels _kernels;
    private readonly PackedMatrix _matrix;
    private TinyGemm? _tinyGemm;

    private QuantizedWeight(PackedKernels kernels, PackedMatrix matrix) => (_kernels, _matrix) = (kernels, matrix);

    /// <summary>
    /// Reads <c>weight</c>, <c>scales</c> and <c>biases</c> at the cursor. Null when the layer is not quantized, or when the device has no
    /// product that reads the codes themselves: there <see cref="LoadFloats"/> is the faster way.
    /// </summary>
    /// <exception cref="WeightException">The shapes do not fit the config's bits and group size, or a code is no number.</exception>
    public static QuantizedWeight? TryLoad(WeightReader reader, int rows, int columns)
    {
        if (reader.Quantization() is not { } format)
            return null;
        if (reader.Device.type == DeviceType.CPU)
            return Load(reader, format, rows, columns, reader.Own);
        if (!TinyGemm.Fits(format, rows, columns, reader.Type, reader.Device))
            return null;
        QuantizedWeight weight = Load(reader, format, rows, columns, tensor => reader.Own(tensor.to(reader.Device)));
        weight._tinyGemm = TinyGemm.Create(weight._matrix, reader.Own);
        return weight;
    }

    /// <summary>Reads <c>weight</c> in floats of the reader's type, unpacked where it is packed.</summary>
    /// <exception cref="WeightException">As for <see cref="TryLoad"/>.</exception>
    public static Tensor LoadFloats(WeightReader reader, int rows, int columns)
    {
        if (reader.Quantization() is not { } format)
            return reader.Tensor("weight", rows, columns);
        using var scope = NewDisposeScope();
        Tensor floats = Load(reader, format, rows, columns, tensor => tensor.MoveToOuterDisposeScope()).Dequantize(reader.Type);
        return reader.Own(floats.to(reader.Device));
    }

    private static QuantizedWeight Load(WeightReader reader, QuantizationFormat format, int rows, int columns, Func<Tensor, Tensor> own)
    {
        if (columns % format.GroupSize != 0)
            throw reader.Error("weight", $"has {columns} columns, which groups of {format.GroupSize} do not divide.");
        int groups = columns / format.GroupSize;
        using Tensor packed = reader.Raw("weight", rows, (long)columns * format.Bits / 32);
        if (format.Mode == QuantizationMode.Mxfp8 && packed.bytes.IndexOfAny((byte)0x7F, (byte)0xFF) >= 0)
            throw reader.Error("weight", "holds codes that are no numbers (0x7F or 0xFF); convert the model again from its source.");
        using Tensor scales = reader.Raw("scales", rows, groups);
        using Tensor? biases = format.Mode == QuantizationMode.Affine ? reader.Raw("biases", rows, groups) : null;
        return Create(packed, scales, biases, format, columns, own);
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
        return new QuantizedWeight(kernels, PackedMatrix.Create(packed, scales, biases, format, columns, kernels.Bits, own));
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
        return Decode(_matrix.Select(ids.view(-1)), type).view([.. ids.shape, _matrix.Columns]).MoveToOuterDisposeScope();
    }

    /// <summary><c>x Wᵀ</c>: <c>[..., columns]</c> to <c>[..., rows]</c>, in the type of <c>x</c>.</summary>
    public Tensor Multiply(Tensor input)
    {
        bool fewRows = input.numel() <= MaxPackedRows * _matrix.Columns;
        if (fewRows && _tinyGemm is not null && input.dtype == ScalarType.BFloat16)
            return _tinyGemm.Multiply(input);
        bool packed = fewRows && input.device_type == DeviceType.CPU;
        // The shortest way for the row that a decoder's step has: each tensor operation costs as much as a small product.
        if (packed && input.dtype == ScalarType.Float32 && input.is_contiguous())
            return _kernels.Multiply(input, _matrix);
        using var scope = NewDisposeScope();
        Tensor product = packed
            ? _kernels.Multiply(input.to(ScalarType.Float32).contiguous(), _matrix).to(input.dtype)
            : cat([.. Blocks().Select(block => MultiplyUnpacked(input, block))], -1);
        return product.MoveToOuterDisposeScope();
    }

    private Tensor MultiplyUnpacked(Tensor input, PackedMatrix block)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, Decode(block, input.dtype)).MoveToOuterDisposeScope();
    }

    private IEnumerable<PackedMatrix> Blocks()
    {
        int values = _matrix.Words.device_type == DeviceType.CPU ? CpuBlock : GpuBlock;
        int height = Math.Max(1, values / _matrix.Columns);
        for (int row = 0; row < _matrix.Rows; row += height)
            yield return _matrix.Slice(row, Math.Min(height, _matrix.Rows - row));
    }

    /// <summary>Product and sum are rounded to the type one after the other, as MLX does.</summary>
    private Tensor Decode(PackedMatrix block, ScalarType type)
    {
        if (type == ScalarType.Float32 && block.Words.device_type == DeviceType.CPU)
            return _kernels.Dequantize(block);
        using var scope = NewDisposeScope();
        int columns = block.Columns, groups = columns / block.GroupSize;
        Tensor values = _kernels.Expand(block.Words).narrow(1, 0, columns).to(type).reshape(-1, groups, block.GroupSize);
        values.mul_(block.Scales.narrow(1, 0, groups).unsqueeze(-1).to(type));
        if (block.Biases is not null)
            values.add_(block.Biases.narrow(1, 0, groups).unsqueeze(-1).to(type));
        return values.view(-1, columns).MoveToOuterDisposeScope();
    }
}
