using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// Writes a regular expression of Python's <c>re</c> in .NET's syntax. The two differ where it matters here in one thing: Python
/// matches code points and .NET UTF-16 units, so a class that holds characters beyond U+FFFF becomes an alternation with surrogate
/// pairs, and one that spans the surrogates leaves them out.
/// </summary>
internal static class PythonRegex
{
    private const int FirstSurrogate = 0xD800, LastSurrogate = 0xDFFF, FirstAstral = 0x10000;

    /// <summary>The expression for a pattern; the time limit only guards against a pattern that backtracks without end.</summary>
    public static Regex Create(string pattern, RegexOptions options = RegexOptions.None) =>
        new(Translate(pattern), options | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));

    /// <summary>The alternatives that a pattern consists of.</summary>
    public static List<string> Alternatives(string pattern)
    {
        var alternatives = new List<string>();
        int depth = 0, start = 0;
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (inClass) inClass = pattern[i] != ']';
            else if (pattern[i] == '[') inClass = true;
            else if (pattern[i] == '(') depth++;
            else if (pattern[i] == ')') depth--;
            else if (pattern[i] == '|' && depth == 0)
            {
                alternatives.Add(pattern[start..i]);
                start = i + 1;
            }
        }
        alternatives.Add(pattern[start..]);
        return alternatives;
    }

    /// <summary>The pattern in .NET's syntax.</summary>
    public static string Translate(string pattern)
    {
        var output = new StringBuilder(pattern.Length);
        // Python's str patterns are Unicode anyway.
        int at = pattern.StartsWith("(?u)", StringComparison.Ordinal) ? 4 : 0;
        while (at < pattern.Length)
        {
            if (pattern[at] == '[')
            {
                at++;
                AppendClass(output, pattern, ref at);
            }
            else if (pattern[at] == '\\' && at + 1 < pattern.Length && pattern[at + 1] is not ('U' or 'u'))
            {
                output.Append(pattern, at, 2);
                at += 2;
            }
            else if (pattern[at] == '\\' || char.IsSurrogate(pattern[at]))
            {
                int point = ReadPoint(pattern, ref at);
                AppendRange(output.Append("(?:"), point, point).Append(')');
            }
            else
            {
                output.Append(pattern[at++]);
            }
        }
        return output.ToString();
    }

    /// <summary>Reads the class whose bracket was just opened.</summary>
    private static void AppendClass(StringBuilder output, string pattern, ref int at)
    {
        bool negated = pattern[at] == '^';
        if (negated) at++;
        var inBasicPlane = new StringBuilder();
        var beyond = new StringBuilder();
        for (bool first = true; first || pattern[at] != ']'; first = false)
        {
            if (pattern[at] == '\\' && pattern[at + 1] is 'w' or 'd' or 's' or 'S' or 'D')
            {
                // Python's word characters are letters, numbers of every kind and the underscore.
                inBasicPlane.Append(pattern[at + 1] == 'w' ? @"\p{L}\p{N}_" : pattern.Substring(at, 2));
                at += 2;
                continue;
            }
            int low = ReadPoint(pattern, ref at), high = low;
            if (pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                high = ReadPoint(pattern, ref at);
            }
            foreach (var (from, to) in new[] { (low, Math.Min(high, FirstSurrogate - 1)), (Math.Max(low, LastSurrogate + 1), Math.Min(high, FirstAstral - 1)) })
                if (from <= to)
                    AppendUnit(AppendUnit(inBasicPlane, from).Append('-'), to);
            if (high >= FirstAstral)
                AppendRange(beyond.Append('|'), Math.Max(low, FirstAstral), high);
        }
        at++;
        string positive = inBasicPlane.Length == 0 ? $"(?:{beyond.ToString(1, beyond.Length - 1)})"
            : beyond.Length == 0 ? $"[{inBasicPlane}]"
            : $"(?:[{inBasicPlane}]{beyond})";
        output.Append(negated ? $"(?:(?!{positive})(?:[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^\\uD800-\\uDFFF]))" : positive);
    }

    /// <summary>The code point at a place in the pattern, written as itself or escaped.</summary>
    private static int ReadPoint(string pattern, ref int at)
    {
        if (pattern[at] == '\\')
        {
            char kind = pattern[at + 1];
            int digits = kind switch { 'u' => 4, 'U' => 8, 'x' => 2, _ => 0 };
            at += 2 + digits;
            return digits == 0
                ? kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => kind }
                : int.Parse(pattern.AsSpan(at - digits, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
        int point = char.ConvertToUtf32(pattern, at);
        at += point >= FirstAstral ? 2 : 1;
        return point;
    }

    /// <summary>Code points of one range as alternatives of UTF-16 units.</summary>
    private static StringBuilder AppendRange(StringBuilder output, int low, int high)
    {
        if (high < FirstAstral)
            return AppendUnit(AppendUnit(output.Append('['), low).Append('-'), high).Append(']');
        // Each round takes the points that share a lead surrogate, or all lead surrogates whose trail ones are complete.
        for (int from = low; from <= high;)
        {
            int lead = (from - FirstAstral) >> 10;
            bool whole = (from & 0x3FF) == 0 && (high - from) >= 0x3FF;
            int lastLead = whole ? ((high + 1 - FirstAstral) >> 10) - 1 : lead;
            int to = Math.Min(high, FirstAstral + (lastLead << 10) + 0x3FF);
            if (from != low) output.Append('|');
            AppendUnit(AppendUnit(output.Append('['), FirstSurrogate + lead).Append('-'), FirstSurrogate + lastLead);
            AppendUnit(AppendUnit(output.Append("]["), 0xDC00 + (from & 0x3FF)).Append('-'), 0xDC00 + (to & 0x3FF)).Append(']');
            from = to + 1;
        }
        return output;
    }

    private static StringBuilder AppendUnit(StringBuilder output, int unit) =>
        output.Append(CultureInfo.InvariantCulture, $"\\u{unit:X4}");
}
