using Timbre.Loading.Weights;

namespace Timbre.Nn.Quantization;

/// <summary>
/// Packs float matrices as MLX 0.32 does on the CPU, word for word. Origin: mlx/backend/cpu/quantized.cpp, by way of its recorded results.
/// </summary>
internal static class Quantizer
{
    private const float SmallestScale = 1e-7f;

    /// <summary>Packs a matrix.</summary>
    /// <param name="weights">Row by row; values of the type that <paramref name="round"/> rounds to.</param>
    /// <param name="columns">Values a row.</param>
    /// <param name="format">The format.</param>
    /// <param name="round">Rounds to the weight's type (float32: the identity).</param>
    /// <exception cref="ArgumentException">The groups do not divide the rows.</exception>
    public static QuantizedArray Quantize(ReadOnlySpan<float> weights, int columns, QuantizationFormat format, Func<float, float> round)
    {
        if (columns % format.GroupSize != 0)
            throw new ArgumentException($"rows of {columns} values cannot be cut into groups of {format.GroupSize}.");
        int rows = columns == 0 ? 0 : weights.Length / columns;
        int groups = weights.Length / format.GroupSize;
        bool affine = format.Mode == QuantizationMode.Affine;
        var result = new QuantizedArray(
            new byte[rows * BitPacking.RowBytes(columns, format.Bits)], new float[groups], affine ? new float[groups] : []);
        var codes = new byte[columns];
        int rowBytes = BitPacking.RowBytes(columns, format.Bits);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column += format.GroupSize)
            {
                int start = row * columns + column;
                ReadOnlySpan<float> group = weights.Slice(start, format.GroupSize);
                Span<byte> target = codes.AsSpan(column, format.GroupSize);
                int index = start / format.GroupSize;
                if (affine)
                    (result.Scales[index], result.Biases[index]) = EncodeAffine(group, target, format.Bits, round);
                else
                    result.Scales[index] = EncodeFloat(group, target, format.Mode, round);
            }
            BitPacking.Pack(codes, result.Packed.AsSpan(row * rowBytes, rowBytes), format.Bits);
        }
        return result;
    }

    private static (float Scale, float Bias) EncodeAffine(ReadOnlySpan<float> group, Span<byte> codes, int bits, Func<float, float> round)
    {
        float low = group[0], high = group[0];
        foreach (float value in group)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
        float largest = (1 << bits) - 1;
        bool lowSide = Math.Abs(low) > Math.Abs(high);
        float scale = Math.Max((high - low) / largest, SmallestScale);
        if (!lowSide)
            scale = -scale;
        float edge = lowSide ? low : high;
        float bias = 0;
        float zero = MathF.Round(edge / scale, MidpointRounding.ToEven);
        if (zero != 0)
        {
            // Zero becomes exactly representable where it lies in the range.
            scale = edge / zero;
            bias = edge;
        }
        for (int i = 0; i < group.Length; i++)
            codes[i] = (byte)Math.Clamp(MathF.Round((group[i] - bias) / scale, MidpointRounding.ToEven), 0, largest);
        return (round(scale), round(bias));
    }

    private static float EncodeFloat(ReadOnlySpan<float> group, Span<byte> codes, QuantizationMode mode, Func<float, float> round)
    {
        float largest = 0;
        foreach (float value in group)
            largest = Math.Max(largest, Math.Abs(value));
        largest = round(largest / (mode == QuantizationMode.Mxfp8 ? 448 : 6));
        byte scaleCode;
        float scale;
        if (mode == QuantizationMode.Nvfp4)
        {
            scaleCode = MiniFloat.EncodeE4M3(largest);
            scale = MiniFloat.E4M3[scaleCode];
        }
        else
        {
            int exponent = largest == 0 ? 0 : Math.Clamp((int)MathF.Ceiling(MathF.Log2(largest)), -127, 127);
            scaleCode = (byte)(exponent + 127);
            scale = MiniFloat.E8M0[scaleCode];
        }
        for (int i = 0; i < group.Length; i++)
        {
            float element = scale == 0 ? 0 : round(group[i] / scale);
            codes[i] = mode == QuantizationMode.Mxfp8 ? MiniFloat.EncodeE4M3(element) : MiniFloat.EncodeE2M1(element);
        }
        return scaleCode;
    }
}
