using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Timbre.Tests.Golden;

/// <summary>Compares values of <c>expect</c>.</summary>
internal static class GoldenJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonElement Of(object? value) => value is JsonElement element ? element : JsonSerializer.SerializeToElement(value, Options);

    /// <summary>What differs, with its place, or null. Keys that only <paramref name="actual"/> has are no difference.</summary>
    public static string? Difference(string path, JsonElement actual, JsonElement expected, GoldenTolerance tolerance)
    {
        if (Number(actual) is double a && Number(expected) is double e)
            return (IsInteger(expected) ? a.Equals(e) : tolerance.Accepts(a, e)) ? null : Differ(path, actual, expected);
        if (actual.ValueKind != expected.ValueKind)
            return Differ(path, actual, expected);
        return expected.ValueKind switch
        {
            JsonValueKind.Object => expected.EnumerateObject().Select(property => actual.TryGetProperty(property.Name, out JsonElement value)
                ? Difference($"{path}.{property.Name}", value, property.Value, tolerance)
                : $"{path}.{property.Name} is missing").FirstOrDefault(difference => difference is not null),
            JsonValueKind.Array => Items(path, actual, expected, tolerance),
            JsonValueKind.String => actual.GetString() == expected.GetString() ? null : Differ(path, actual, expected),
            _ => null,
        };
    }

    private static string? Items(string path, JsonElement actual, JsonElement expected, GoldenTolerance tolerance)
    {
        int shared = Math.Min(actual.GetArrayLength(), expected.GetArrayLength());
        for (int i = 0; i < shared; i++)
        {
            if (Difference($"{path}[{i}]", actual[i], expected[i], tolerance) is string difference)
                return difference;
        }
        return actual.GetArrayLength() == expected.GetArrayLength() ? null : $"{path} has {actual.GetArrayLength()} items, expected {expected.GetArrayLength()}";
    }

    // JSON has no numbers for these: Python's recorder and .NET's serializer write different words.
    private static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => element.GetString() switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            "nan" or "NaN" => double.NaN,
            _ => null,
        },
        _ => null,
    };

    private static bool IsInteger(JsonElement element) => element.ValueKind == JsonValueKind.Number && !element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E');

    private static string Differ(string path, JsonElement actual, JsonElement expected) => $"{path} is {Text(actual)}, expected {Text(expected)}";

    private static string Text(JsonElement element)
    {
        string text = JsonSerializer.Serialize(element, Options);
        return text.Length <= 300 ? text : text[..300] + "…";
    }
}
