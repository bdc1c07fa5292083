using System.Globalization;

namespace Timbre.Tests.Golden;

/// <summary>Compares the values of tensors.</summary>
internal static class GoldenValues
{
    /// <summary>What differs, or null.</summary>
    public static string? Difference(GoldenTensor expected, double[] actual, long[] shape, GoldenTolerance tolerance)
    {
        if (!shape.SequenceEqual(expected.Shape) || actual.Length != expected.Values.Length)
            return $"shape [{string.Join(", ", shape)}], expected [{string.Join(", ", expected.Shape)}]";
        if (!expected.IsFloat)
            tolerance = new GoldenTolerance(0, 0);
        if (tolerance.MinCorrelation is double least)
            return Correlation(actual, expected.Values) is var found && found >= least ? null : $"correlation {Text(found)}, expected at least {Text(least)}";
        return Elements(expected, actual, tolerance);
    }

    private static string? Elements(GoldenTensor expected, double[] actual, GoldenTolerance tolerance)
    {
        int count = 0, worst = -1;
        double worstExcess = double.NegativeInfinity;
        for (int i = 0; i < actual.Length; i++)
        {
            double a = actual[i], e = expected.Values[i];
            if (tolerance.Accepts(a, e))
                continue;
            count++;
            // The worst is the one farthest outside; a NaN or an infinity is farther than any number.
            double excess = Math.Abs(a - e) - tolerance.Relative * Math.Abs(e);
            excess = double.IsFinite(excess) ? excess : double.MaxValue;
            if (excess > worstExcess)
                (worst, worstExcess) = (i, excess);
        }
        return count == 0
            ? null
            : $"{count} of {actual.Length} values, worst at [{Position(worst, expected.Shape)}]: {Text(actual[worst])}, expected {Text(expected.Values[worst])}"
                + $" (error {Text(Math.Abs(actual[worst] - expected.Values[worst]))}, allowed {Text(tolerance.Absolute + tolerance.Relative * Math.Abs(expected.Values[worst]))})";
    }

    private static double Correlation(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average(), xy = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double a = x[i] - meanX, b = y[i] - meanY;
            (xy, xx, yy) = (xy + a * b, xx + a * a, yy + b * b);
        }
        return xy / Math.Sqrt(xx * yy);
    }

    private static string Position(long index, long[] shape)
    {
        var position = new long[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
            (index, position[axis]) = Math.DivRem(index, shape[axis]);
        return string.Join(", ", position);
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
