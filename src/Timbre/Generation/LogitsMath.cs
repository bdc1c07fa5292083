using System.Numerics;
using System.Runtime.InteropServices;

namespace Timbre.Generation;

/// <summary>Reductions over the logits of one step.</summary>
internal static class LogitsMath
{
    /// <summary>The largest value; negative infinity of none.</summary>
    public static float Max(ReadOnlySpan<float> values)
    {
        var largest = new Vector<float>(float.NegativeInfinity);
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> vector in vectors)
            largest = Vector.Max(largest, vector);
        float max = float.NegativeInfinity;
        for (int i = 0; i < Vector<float>.Count; i++)
            max = MathF.Max(max, largest[i]);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            max = MathF.Max(max, value);
        return max;
    }

    /// <summary>The logarithm of the sum of exponentials; negative infinity of none.</summary>
    public static double LogSumExp(ReadOnlySpan<float> values)
    {
        float max = Max(values);
        if (!float.IsFinite(max))
            return max;
        var largest = new Vector<float>(max);
        Vector<float> sums = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> vector in vectors)
            sums += Vector.Exp(vector - largest);
        double sum = Vector.Sum(sums);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
            sum += MathF.Exp(value - max);
        return max + Math.Log(sum);
    }
}
