namespace Timbre.Nn.Winograd;

/// <summary>
/// The matrices of Winograd's minimal filtering F(4, 4) (Lavin and Gray 2016; Toom-Cook construction): four outputs of a filter of four taps by
/// seven products instead of sixteen, <c>y = Aᵀ[(G g) ⊙ (Bᵀ d)]</c>.
/// </summary>
internal static class WinogradTransform
{
    /// <summary>Outputs of a tile.</summary>
    public const int Outputs = 4;

    /// <summary>Taps of a filter.</summary>
    public const int Taps = 4;

    /// <summary>Inputs of a tile, and products: one for each point of interpolation.</summary>
    public const int Points = Outputs + Taps - 1;

    /// <summary>Where the polynomials are evaluated; the last point lies at infinity. Small and of both signs keeps rounding errors small.</summary>
    private static readonly double[] Finite = [0, 1, -1, 0.5, -0.5, 2];

    /// <summary><c>Bᵀ</c>: <c>[points][inputs]</c>.</summary>
    public static float[][] Input { get; } = [.. Finite.Select((_, j) => Polynomial(j)).Append(Polynomial(-1))];

    /// <summary><c>G</c>: <c>[points][taps]</c>.</summary>
    public static double[][] Filter { get; } =
    [
        .. Finite.Select((point, j) => Powers(point, Taps, Finite.Where((_, l) => l != j).Aggregate(1.0, (product, other) => product * (point - other)))),
        [0, 0, 0, 1],
    ];

    /// <summary><c>Aᵀ</c> turned: <c>[points][outputs]</c>.</summary>
    public static float[][] Output { get; } =
        [.. Finite.Select(point => Array.ConvertAll(Powers(point, Outputs, 1), value => (float)value)), [0, 0, 0, 1]];

    private static double[] Powers(double point, int count, double divisor) =>
        [.. Enumerable.Range(0, count).Select(power => Math.Pow(point, power) / divisor)];

    /// <summary>Coefficients of the product of all <c>x − point</c> but one, lowest first.</summary>
    private static float[] Polynomial(int without)
    {
        var coefficients = new double[Points];
        coefficients[0] = 1;
        int degree = 0;
        for (int l = 0; l < Finite.Length; l++)
        {
            if (l == without)
                continue;
            degree++;
            for (int i = degree; i >= 0; i--)
                coefficients[i] = (i > 0 ? coefficients[i - 1] : 0) - Finite[l] * coefficients[i];
        }
        return Array.ConvertAll(coefficients, value => (float)value);
    }
}
