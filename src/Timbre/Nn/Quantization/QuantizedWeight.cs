using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>A matrix <c>[rows, columns]</c> in one of MLX's packed formats.</summary>
internal sealed class QuantizedWeight
{
    private readonly Tensor _codes;
    private readonly Tensor _scales;
    private readonly Tensor _biases;

    private QuantizedWeight(Tensor codes, Tensor scales, Tensor biases) => (_codes, _scales, _biases) = (codes, scales, biases);

    /// <summary>Reads <c>weight</c>, <c>scales</c> and <c>biases</c> at the cursor; null when the layer is not quantized.</summary>
    /// <exception cref="WeightException">The shapes do not fit the config's bits and group size.</exception>
    public static QuantizedWeight? TryLoad(WeightReader reader, int rows, int columns)
    {
        if (reader.Quantization() is not { } format)
            return null;
        if (format.Mode != "affine")
            throw reader.Error("weight", $"is quantized by mode '{format.Mode}', which is not supported; 'affine' is.");
        if (columns % format.GroupSize != 0)
            throw reader.Error("weight", $"has {columns} columns, which groups of {format.GroupSize} do not divide.");
        int groups = columns / format.GroupSize;
        using Tensor packed = reader.Raw("weight", rows, (long)columns * format.Bits / 32);
        Tensor codes = reader.Own(Unpack(packed, rows, columns, format.Bits).to(reader.Device));
        return new QuantizedWeight(
            codes, reader.Tensor("scales", ScalarType.Float32, rows, groups), reader.Tensor("biases", ScalarType.Float32, rows, groups));
    }

    /// <summary>The matrix in floats; the caller owns it.</summary>
    public Tensor Dequantize(ScalarType type)
    {
        using var scope = NewDisposeScope();
        return Decode(_codes, _scales, _biases).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of the matrix in floats: ids <c>[...]</c> to <c>[..., columns]</c>.</summary>
    public Tensor Rows(Tensor ids, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor flat = ids.view(-1);
        Tensor rows = Decode(_codes.index_select(0, flat), _scales.index_select(0, flat), _biases.index_select(0, flat)).to(type);
        return rows.view([.. ids.shape, rows.shape[^1]]).MoveToOuterDisposeScope();
    }

    /// <summary><c>x Wᵀ</c>: <c>[..., columns]</c> to <c>[..., rows]</c>.</summary>
    public Tensor Multiply(Tensor input)
    {
        using Tensor weight = Dequantize(input.dtype);
        return nn.functional.linear(input, weight);
    }

    private static Tensor Decode(Tensor codes, Tensor scales, Tensor biases)
    {
        Tensor grouped = codes.view(codes.shape[0], scales.shape[1], -1).to(ScalarType.Float32);
        return (grouped * scales.unsqueeze(-1) + biases.unsqueeze(-1)).view(codes.shape[0], -1);
    }

    private static Tensor Unpack(Tensor packed, int rows, int columns, int bits)
    {
        Tensor codes = empty(rows, columns, dtype: ScalarType.Byte);
        ReadOnlySpan<byte> source = packed.bytes;
        Span<byte> target = codes.bytes;
        int rowBytes = columns * bits / 8;
        uint mask = (1u << bits) - 1;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> stream = source.Slice(row * rowBytes, rowBytes);
            for (int column = 0; column < columns; column++)
            {
                int bit = column * bits;
                uint window = stream[bit >> 3];
                if ((bit & 7) + bits > 8)
                    window |= (uint)stream[(bit >> 3) + 1] << 8;
                target[row * columns + column] = (byte)(window >> (bit & 7) & mask);
            }
        }
        return codes;
    }
}
