using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Timbre.Conversion;

/// <summary>
/// Writes JSON as Python's <c>json.dumps(value, indent=4)</c> does, so that a converted config differs from the reference's in nothing:
/// four blanks a level, everything beyond ASCII escaped, floats in their shortest form with Python's exponents.
/// </summary>
internal static class PythonJson
{
    /// <summary>The text, without a line break at the end.</summary>
    public static string Write(JsonNode? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? value, int level)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } members:
                WriteList(text, '{', '}', members, level, member =>
                {
                    WriteString(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, level + 1);
                });
                break;
            case JsonArray { Count: > 0 } items:
                WriteList(text, '[', ']', items, level, item => Write(text, item, level + 1));
                break;
            case JsonObject:
                text.Append("{}");
                break;
            case JsonArray:
                text.Append("[]");
                break;
            case null:
                text.Append("null");
                break;
            default:
                WriteScalar(text, value);
                break;
        }
    }

    private static void WriteList<T>(StringBuilder text, char open, char close, IEnumerable<T> items, int level, Action<T> write)
    {
        text.Append(open);
        string separator = "";
        foreach (T item in items)
        {
            text.Append(separator).Append('\n').Append(' ', 4 * (level + 1));
            write(item);
            separator = ",";
        }
        text.Append('\n').Append(' ', 4 * level).Append(close);
    }

    private static void WriteScalar(StringBuilder text, JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteString(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.ToJsonString()));
                break;
            default:
                text.Append(value.ToJsonString());
                break;
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\f' => text.Append("\\f"),
                '\b' => text.Append("\\b"),
                >= ' ' and <= '~' or '\x7F' => text.Append(letter),
                _ => text.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture)),
            };
        }
        text.Append('"');
    }

    /// <summary>A whole number as it stands; a float as Python's <c>repr</c> writes it.</summary>
    private static string Number(string literal)
    {
        if (literal.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
            return literal == "-0" ? "0" : literal;
        double value = double.Parse(literal, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            return literal;
        string sign = double.IsNegative(value) ? "-" : "";
        if (value == 0)
            return sign + "0.0";
        // The shortest digits that give the value back, and where the point stands among them.
        string[] parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        string whole = parts[0].Split('.')[0].TrimStart('0'), all = parts[0].Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture)
            : whole.Length > 0 ? whole.Length - 1
            : digits.Length - all.Length;
        digits = digits.TrimEnd('0');
        return sign + Place(digits, exponent);
    }

    private static string Place(string digits, int exponent)
    {
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture,
                $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):D2}");
        }
        if (exponent < 0)
            return "0." + new string('0', -exponent - 1) + digits;
        return digits.Length > exponent + 1
            ? $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}"
            : digits.PadRight(exponent + 1, '0') + ".0";
    }
}
