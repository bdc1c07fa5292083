using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// A matrix <c>[rows, columns]</c> in one of MLX's packed formats: <c>element(code) · scale + bias</c> for each group of a row.
/// Codes are kept one a byte, so that every width is read alike; a group's scale and bias are float32.
/// </summary>
internal sealed class QuantizedWeight
{
    private readonly Tensor _codes;
    private readonly Tensor _scales;
    private readonly Tensor? _biases;
    private readonly Tensor? _elements;

    private QuantizedWeight(Tensor codes, Tensor scales, Tensor? biases, Tensor? elements) =>
        (_codes, _scales, _biases, _elements) = (codes, scales, biases, elements);

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
        int rows = (int)packed.shape[0];
        Tensor codes = own(Unpack(packed, rows, columns, format.Bits));
        if (format.Mode == QuantizationMode.Affine)
            return new QuantizedWeight(codes, own(scales.to(ScalarType.Float32)), own(biases!.to(ScalarType.Float32)), null);
        float[] elements = format.Mode == QuantizationMode.Mxfp8 ? MiniFloat.E4M3 : MiniFloat.E2M1;
        float[] scaleValues = format.Mode == QuantizationMode.Nvfp4 ? MiniFloat.E4M3 : MiniFloat.E8M0;
        Tensor decoded = tensor(scaleValues).index_select(0, scales.to(ScalarType.Int64).view(-1)).view(scales.shape);
        return new QuantizedWeight(codes, own(decoded), null, own(tensor(elements)));
    }

    /// <summary>The matrix in floats; the caller owns it.</summary>
    public Tensor Dequantize(ScalarType type)
    {
        using var scope = NewDisposeScope();
        return Decode(_codes, _scales, _biases, type).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of the matrix in floats: ids <c>[...]</c> to <c>[..., columns]</c>.</summary>
    public Tensor Rows(Tensor ids, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor flat = ids.view(-1);
        Tensor rows = Decode(_codes.index_select(0, flat), _scales.index_select(0, flat), _biases?.index_select(0, flat), type);
        return rows.view([.. ids.shape, rows.shape[^1]]).MoveToOuterDisposeScope();
    }

    /// <summary><c>x Wᵀ</c>: <c>[..., columns]</c> to <c>[..., rows]</c>.</summary>
    public Tensor Multiply(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (!RunsPacked(input))
            return nn.functional.linear(input, Dequantize(input.dtype)).MoveToOuterDisposeScope();
        long[] shape = input.shape;
        Tensor product = PackedProduct.Multiply(input.contiguous().view(-1, shape[^1]), _codes, _scales, _biases!);
        return product.view([.. shape[..^1], product.shape[1]]).MoveToOuterDisposeScope();
    }

    private bool RunsPacked(Tensor input) =>
        _elements is null && input.dtype == ScalarType.Float32 && input.device_type == DeviceType.CPU
        && input.numel() <= PackedProduct.MaxRows * input.shape[^1];

    /// <summary>Product and sum are rounded to the type one after the other, as MLX does.</summary>
    private Tensor Decode(Tensor codes, Tensor scales, Tensor? biases, ScalarType type)
    {
        long rows = codes.shape[0];
        Tensor grouped = codes.view(rows, scales.shape[1], -1);
        Tensor elements = _elements is null
            ? grouped.to(type)
            : _elements.index_select(0, grouped.to(ScalarType.Int64).view(-1)).view(grouped.shape).to(type);
        Tensor values = elements * scales.unsqueeze(-1).to(type);
        return (biases is null ? values : values.add_(biases.unsqueeze(-1).to(type))).view(rows, -1);
    }

    private static Tensor Unpack(Tensor packed, int rows, int columns, int bits)
    {
        Tensor codes = empty(rows, columns, dtype: ScalarType.Byte);
        ReadOnlySpan<byte> source = packed.bytes;
        Span<byte> target = codes.bytes;
        int rowBytes = BitPacking.RowBytes(columns, bits);
        for (int row = 0; row < rows; row++)
            BitPacking.Unpack(source.Slice(row * rowBytes, rowBytes), target.Slice(row * columns, columns), bits);
        return codes;
    }
}
