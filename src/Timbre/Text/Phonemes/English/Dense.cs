using System.Numerics;
using System.Runtime.InteropServices;

namespace Timbre.Text.Phonemes.English;

/// <summary>Products with small weight matrices, for networks that are too small to be worth a tensor library's calls.</summary>
internal static class Dense
{
    /// <summary>
    /// output[row] = weight · input[row] + bias, for a weight [outputs, inputs] and rows that lie one after another.
    /// The number of inputs is a multiple of the vector length.
    /// </summary>
    public static void Multiply(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, ReadOnlySpan<float> input, Span<float> output)
    {
        int outputs = bias.Length, width = weight.Length / outputs, rows = input.Length / width;
        for (int o = 0; o < outputs; o++)
        {
            var w = Vectors(weight, o, width);
            int row = 0;
            // Four rows at once: each weight is loaded once for four products.
            for (; row + 4 <= rows; row += 4)
            {
                Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                ReadOnlySpan<Vector<float>> x0 = Vectors(input, row, width)[..w.Length], x1 = Vectors(input, row + 1, width)[..w.Length],
                    x2 = Vectors(input, row + 2, width)[..w.Length], x3 = Vectors(input, row + 3, width)[..w.Length];
                for (int i = 0; i < w.Length; i++)
                {
                    sum0 = Vector.FusedMultiplyAdd(w[i], x0[i], sum0);
                    sum1 = Vector.FusedMultiplyAdd(w[i], x1[i], sum1);
                    sum2 = Vector.FusedMultiplyAdd(w[i], x2[i], sum2);
                    sum3 = Vector.FusedMultiplyAdd(w[i], x3[i], sum3);
                }
                var target = output[(row * outputs + o)..];
                target[0] = bias[o] + Vector.Sum(sum0);
                target[outputs] = bias[o] + Vector.Sum(sum1);
                target[2 * outputs] = bias[o] + Vector.Sum(sum2);
                target[3 * outputs] = bias[o] + Vector.Sum(sum3);
            }
            for (; row < rows; row++)
                output[row * outputs + o] = bias[o] + Dot(w, Vectors(input, row, width));
        }
    }

    private static ReadOnlySpan<Vector<float>> Vectors(ReadOnlySpan<float> matrix, int row, int width) =>
        MemoryMarshal.Cast<float, Vector<float>>(matrix.Slice(row * width, width));

    private static float Dot(ReadOnlySpan<Vector<float>> left, ReadOnlySpan<Vector<float>> right)
    {
        // Two sums, so that one addition need not wait for the other.
        Vector<float> even = default, odd = default;
        right = right[..left.Length];
        int i = 0;
        for (; i + 1 < left.Length; i += 2)
        {
            even = Vector.FusedMultiplyAdd(left[i], right[i], even);
            odd = Vector.FusedMultiplyAdd(left[i + 1], right[i + 1], odd);
        }
        return Vector.Sum(i < left.Length ? Vector.FusedMultiplyAdd(left[i], right[i], even) + odd : even + odd);
    }
}
