using System.Numerics;
using Timbre.Loading.Weights;
using TorchSharp;

namespace Timbre.Nn.Quantization;

/// <summary>
/// Packs float matrices as MLX 0.32 does on the CPU, word for word. Origin: mlx/backend/cpu/quantized.cpp, by way of its recorded results.
/// </summary>
internal static class Quantizer
{
    private const float SmallestScale = 1e-7f;

    /// <summary>Values that are worth a thread of their own.</summary>
    private const int ValuesPerTask = 1 << 16;

    /// <summary>Packs a matrix.</summary>
    /// <param name="weights">Row by row; values of <paramref name="type"/>.</param>
    /// <param name="columns">Values a row.</param>
    /// <param name="format">The format.</param>
    /// <param name="type">The weight's type, to which scales and biases are rounded: float32, float16 or bfloat16.</param>
    /// <exception cref="ArgumentException">The groups do not divide the rows, or the type is no float.</exception>
    public static QuantizedArray Quantize(ReadOnlyMemory<float> weights, int columns, QuantizationFormat format, torch.ScalarType type)
    {
        if (columns % format.GroupSize != 0)
            throw new ArgumentException($"rows of {columns} values cannot be cut into groups of {format.GroupSize}.");
        return type switch
        {
            torch.ScalarType.Float32 => Quantize<Float32Rounding>(weights, columns, format),
            torch.ScalarType.Float16 => Quantize<Float16Rounding>(weights, columns, format),
            torch.ScalarType.BFloat16 => Quantize<BFloat16Rounding>(weights, columns, format),
            _ => throw new ArgumentException($"weights of the type {type} cannot be quantized; float32, float16 and bfloat16 can."),
        };
    }

    private static QuantizedArray Quantize<TRounding>(ReadOnlyMemory<float> weights, int columns, QuantizationFormat format)
        where TRounding : struct, IRounding
    {
        int rows = columns == 0 ? 0 : weights.Length / columns;
        int groups = weights.Length / format.GroupSize;
        bool affine = format.Mode == QuantizationMode.Affine;
        var result = new QuantizedArray(
            new byte[rows * BitPacking.RowBytes(columns, format.Bits)], new float[groups], affine ? new float[groups] : []);
        int rowsPerTask = Math.Max(1, ValuesPerTask / Math.Max(1, columns));
        Parallel.For(0, (rows + rowsPerTask - 1) / rowsPerTask, task =>
        {
            var codes = new byte[columns];
            for (int row = task * rowsPerTask; row < Math.Min(rows, (task + 1) * rowsPerTask); row++)
                EncodeRow<TRounding>(weights.Span.Slice(row * columns, columns), codes, row, format, result);
        });
        return result;
    }

    private static void EncodeRow<TRounding>(ReadOnlySpan<float> weights, byte[] codes, int row, QuantizationFormat format,
        QuantizedArray result)
        where TRounding : struct, IRounding
    {
        int index = row * (weights.Length / format.GroupSize);
        for (int column = 0; column < weights.Length; column += format.GroupSize, index++)
        {
            ReadOnlySpan<float> group = weights.Slice(column, format.GroupSize);
            Span<byte> target = codes.AsSpan(column, format.GroupSize);
            if (format.Mode == QuantizationMode.Affine)
                (result.Scales[index], result.Biases[index]) = EncodeAffine<TRounding>(group, target, format.Bits);
            else
                result.Scales[index] = EncodeFloat<TRounding>(group, target, format.Mode);
        }
        int rowBytes = BitPacking.RowBytes(weights.Length, format.Bits);
        BitPacking.Pack(codes, result.Packed.AsSpan(row * rowBytes, rowBytes), format.Bits);
    }

    private static (float Scale, float Bias) EncodeAffine<TRounding>(ReadOnlySpan<float> group, Span<byte> codes, int bits)
        where TRounding : struct, IRounding
    {
        (float low, float high) = Range(group);
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
        EncodeSteps(group, codes, scale, bias, largest);
        return (TRounding.Round(scale), TRounding.Round(bias));
    }

    /// <summary>The least and the greatest value, several looked at at once.</summary>
    private static (float Low, float High) Range(ReadOnlySpan<float> group)
    {
        int width = Vector<float>.Count, done = 0;
        float low = group[0], high = group[0];
        if (group.Length >= width)
        {
            Vector<float> lows = new(group), highs = lows;
            for (done = width; done + width <= group.Length; done += width)
            {
                var values = new Vector<float>(group[done..]);
                (lows, highs) = (Vector.Min(lows, values), Vector.Max(highs, values));
            }
            for (int lane = 0; lane < width; lane++)
                (low, high) = (Math.Min(low, lows[lane]), Math.Max(high, highs[lane]));
        }
        for (; done < group.Length; done++)
            (low, high) = (Math.Min(low, group[done]), Math.Max(high, group[done]));
        return (low, high);
    }

    /// <summary>The nearest step of each value, several at once: the same IEEE operations as one by one.</summary>
    private static void EncodeSteps(ReadOnlySpan<float> group, Span<byte> codes, float scale, float bias, float largest)
    {
        int width = Vector<float>.Count, done = 0;
        var scales = new Vector<float>(scale);
        var biases = new Vector<float>(bias);
        var most = new Vector<float>(largest);
        for (; done + 4 * width <= group.Length; done += 4 * width)
        {
            Vector<uint> Steps(ReadOnlySpan<float> values) => Vector.ConvertToUInt32(
                Vector.Min(Vector.Max(Vector.Round((new Vector<float>(values) - biases) / scales), Vector<float>.Zero), most));
            ReadOnlySpan<float> four = group[done..];
            Vector<ushort> first = Vector.Narrow(Steps(four), Steps(four[width..]));
            Vector<ushort> second = Vector.Narrow(Steps(four[(2 * width)..]), Steps(four[(3 * width)..]));
            Vector.Narrow(first, second).CopyTo(codes[done..]);
        }
        for (; done < group.Length; done++)
            codes[done] = (byte)Math.Clamp(MathF.Round((group[done] - bias) / scale, MidpointRounding.ToEven), 0, largest);
    }

    private static float EncodeFloat<TRounding>(ReadOnlySpan<float> group, Span<byte> codes, QuantizationMode mode)
        where TRounding : struct, IRounding
    {
        float largest = 0;
        foreach (float value in group)
            largest = Math.Max(largest, Math.Abs(value));
        largest = TRounding.Round(largest / (mode == QuantizationMode.Mxfp8 ? 448 : 6));
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
            float element = scale == 0 ? 0 : TRounding.Round(group[i] / scale);
            codes[i] = mode == QuantizationMode.Mxfp8 ? MiniFloat.EncodeE4M3(element) : MiniFloat.EncodeE2M1(element);
        }
        return scaleCode;
    }
}
