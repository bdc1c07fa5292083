using System.Globalization;
using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>Latin letters without their marks. Stands in for Unicode's decomposition, which .NET lacks in invariant mode.</summary>
internal static class LatinLetters
{
    private static readonly Dictionary<char, string> Plain = Table(
        "a àáâãäåāăą", "c çćĉċč", "d ďđð", "e èéêëēĕėęě", "g ĝğġģ", "h ĥħ", "i ìíîïĩīĭįı", "j ĵ", "k ķ", "l ĺļľŀł", "n ñńņňŋ", "o òóôõöøōŏő",
        "r ŕŗř", "s śŝşšș", "t ţťŧț", "u ùúûüũūŭůűų", "w ŵ", "y ýÿŷ", "z źżž", "ss ß", "ae æ", "oe œ", "th þ");

    /// <summary>The text with each such letter replaced; a capital gives a capital. Combining marks are left out.</summary>
    public static string ToAscii(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var plain = new StringBuilder(text.Length);
        foreach (char letter in text)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark) continue;
            char lower = char.ToLowerInvariant(letter);
            string letters = Plain.GetValueOrDefault(lower, lower.ToString());
            plain.Append(letter == lower ? letters : letters.ToUpperInvariant());
        }
        return plain.ToString();
    }

    private static Dictionary<char, string> Table(params string[] rows) =>
        rows.Select(row => row.Split(' ')).SelectMany(row => row[1].Select(marked => (marked, row[0]))).ToDictionary();
}
