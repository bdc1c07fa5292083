using System.IO.Enumeration;
using System.Text.Json;

namespace Timbre.Tests.Golden;

/// <summary>How near a tensor has to come: |actual - expected| ≤ <paramref name="Absolute"/> + <paramref name="Relative"/> · |expected|.</summary>
/// <param name="Absolute">The absolute part.</param>
/// <param name="Relative">The relative part.</param>
/// <param name="MinCorrelation">Instead of that: Pearson's correlation has to reach this.</param>
internal sealed record GoldenTolerance(double Absolute, double Relative, double? MinCorrelation = null)
{
    /// <summary>
    /// The tolerance of one tensor: of a named group (<c>"decoder": {"tensors": ["mid.decoder.*"], ...}</c>), of the tensor's own name
    /// (<c>"out.audio": {"min_correlation": 0.97}</c>), or else the case's.
    /// </summary>
    public static GoldenTolerance Of(JsonElement tolerance, string tensor, ReadOnlySpan<double> expected)
    {
        double absolute = Number(tolerance, "atol") ?? 1e-4, relative = Number(tolerance, "rtol") ?? 1e-3;
        if (tolerance.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty group in tolerance.EnumerateObject())
            {
                if (group.Value.ValueKind != JsonValueKind.Object || !Patterns(group).Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, tensor, ignoreCase: false)))
                    continue;
                if (Number(group.Value, "atol_of_peak") is double ofPeak)
                    return new GoldenTolerance(ofPeak * Peak(expected), Number(group.Value, "rtol") ?? 0);
                return new GoldenTolerance(Number(group.Value, "atol") ?? absolute, Number(group.Value, "rtol") ?? relative, Number(group.Value, "min_correlation"));
            }
        }
        return new GoldenTolerance(absolute, relative);
    }

    public bool Accepts(double actual, double expected) =>
        actual.Equals(expected) || Math.Abs(actual - expected) <= Absolute + Relative * Math.Abs(expected);

    private static IEnumerable<string> Patterns(JsonProperty group) =>
        group.Value.TryGetProperty("tensors", out JsonElement names) ? names.EnumerateArray().Select(name => name.GetString()!) : [group.Name];

    private static double? Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static double Peak(ReadOnlySpan<double> values)
    {
        double peak = 0;
        foreach (double value in values)
            peak = Math.Max(peak, Math.Abs(value));
        return peak;
    }
}
