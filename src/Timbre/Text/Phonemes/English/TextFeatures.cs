using System.Globalization;
using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>What spaCy's network sees of a token's spelling; characters are code points, their classes Python's.</summary>
internal static class TextFeatures
{
    private const int LongWord = 100, LongestRun = 4;

    /// <summary>Python's <c>isspace</c>: .NET's white space and the four information separators.</summary>
    public static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary>The first character.</summary>
    public static string Prefix(string text) => text[..PointLength(text, 0)];

    /// <summary>The last three characters.</summary>
    public static string Suffix(string text)
    {
        int start = text.Length;
        for (int i = 0; i < 3 && start > 0; i++)
            start -= start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]) ? 2 : 1;
        return text[start..];
    }

    /// <summary>Letters as X and x, digits as d, others as themselves; a run of the same is cut to four.</summary>
    public static string Shape(string text)
    {
        var shape = new StringBuilder(text.Length);
        int count = 0, run = 0, last = -1;
        for (int i = 0, length; i < text.Length; i += length)
        {
            if (++count == LongWord) return "LONG";
            length = PointLength(text, i);
            int point = length == 2 ? char.ConvertToUtf32(text, i) : text[i];
            int sign = CharUnicodeInfo.GetUnicodeCategory(point) switch
            {
                UnicodeCategory.UppercaseLetter => 'X',
                UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => 'x',
                _ => CharUnicodeInfo.GetDigitValue(text, i) >= 0 ? 'd' : point,
            };
            run = sign == last ? run + 1 : 1;
            last = sign;
            if (run > LongestRun) continue;
            if (sign == point) shape.Append(text, i, length);
            else shape.Append((char)sign);
        }
        return shape.ToString();
    }

    /// <summary>Python's <c>lower</c>: beyond .NET's simple mapping, a dotted capital I keeps its dot and a sigma knows a word's end.</summary>
    public static string Lower(string text)
    {
        string lower = text.ToLowerInvariant();
        if (text.Contains('İ')) lower = text.Replace("İ", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
        return text.Length > 1 && text[^1] == 'Σ' && char.IsLetter(text[^2]) ? lower[..^1] + 'ς' : lower;
    }

    private static int PointLength(string text, int at) =>
        at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
}
