using System.Collections.Frozen;
using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// Plain letters and digits for their compatibility forms: full width, mathematical, superscript, ligatures, other scripts' digits.
/// Stands in for Unicode's NFKC, which .NET lacks in invariant mode, as far as words of ASCII letters and digits are concerned.
/// </summary>
internal static class CompatibilityForms
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Runs of characters that follow each other in Unicode as their plain forms do here.</summary>
    private static readonly (int First, int Last, string Plain)[] Runs =
    [
        (0x2070, 0x2070, "0"), (0x2074, 0x2079, "456789"), (0x2080, 0x2089, "0123456789"), (0x2460, 0x2468, "123456789"),
        (0xFF01, 0xFF5E, string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code))),
        (0x1D400, 0x1D6A3, Letters), (0x1D7CE, 0x1D7FF, "0123456789"),
        (0x24B6, 0x24E9, Letters), (0x1F130, 0x1F149, Letters[..26]),
    ];

    private static readonly FrozenDictionary<int, string> Singles = new Dictionary<int, string>
    {
        ['ₐ'] = "a", ['ₑ'] = "e", ['ₒ'] = "o", ['ₓ'] = "x", ['ₕ'] = "h", ['ₖ'] = "k", ['ₗ'] = "l", ['ₘ'] = "m", ['ₙ'] = "n", ['ₚ'] = "p", ['ₛ'] = "s", ['ₜ'] = "t",
        ['⁺'] = "+", ['₊'] = "+", ['ª'] = "a", ['º'] = "o", ['¹'] = "1", ['²'] = "2", ['³'] = "3", ['ſ'] = "s", ['ⁱ'] = "i", ['ⁿ'] = "n",
        ['ﬀ'] = "ff", ['ﬁ'] = "fi", ['ﬂ'] = "fl", ['ﬃ'] = "ffi", ['ﬄ'] = "ffl", ['ﬅ'] = "st", ['ﬆ'] = "st",
        ['™'] = "TM", ['℠'] = "SM", ['℡'] = "TEL", ['№'] = "No", ['\u212A'] = "K", ['₨'] = "Rs", ['℻'] = "FAX",
        ['ℂ'] = "C", ['ℊ'] = "g", ['ℋ'] = "H", ['ℌ'] = "H", ['ℍ'] = "H", ['ℎ'] = "h", ['ℐ'] = "I", ['ℑ'] = "I", ['ℒ'] = "L", ['ℓ'] = "l",
        ['ℕ'] = "N", ['ℙ'] = "P", ['ℚ'] = "Q", ['ℛ'] = "R", ['ℜ'] = "R", ['ℝ'] = "R", ['ℤ'] = "Z", ['ℨ'] = "Z", ['ℬ'] = "B", ['ℭ'] = "C",
        ['ℯ'] = "e", ['ℰ'] = "E", ['ℱ'] = "F", ['ℳ'] = "M", ['ℴ'] = "o",
        ['Ⅰ'] = "I", ['Ⅱ'] = "II", ['Ⅲ'] = "III", ['Ⅳ'] = "IV", ['Ⅴ'] = "V", ['Ⅵ'] = "VI", ['Ⅶ'] = "VII", ['Ⅷ'] = "VIII", ['Ⅸ'] = "IX",
        ['Ⅹ'] = "X", ['Ⅺ'] = "XI", ['Ⅻ'] = "XII",
        ['㎏'] = "kg", ['㎎'] = "mg", ['㎜'] = "mm", ['㎝'] = "cm", ['㎞'] = "km", ['㎐'] = "Hz",
        ['Ĳ'] = "IJ", ['ĳ'] = "ij", ['ⅅ'] = "D", ['ⅆ'] = "d", ['ⅇ'] = "e", ['ⅈ'] = "i", ['ⅉ'] = "j", ['ℹ'] = "i",
        ['⑩'] = "10", ['⑪'] = "11", ['⑫'] = "12", ['⑬'] = "13", ['⑭'] = "14", ['⑮'] = "15", ['⑯'] = "16", ['⑰'] = "17", ['⑱'] = "18", ['⑲'] = "19", ['⑳'] = "20",
    }.ToFrozenDictionary();

    /// <summary>The text with plain characters where it has compatibility forms of ASCII letters and digits, and plain apostrophes for curly ones.</summary>
    public static string ToPlain(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) plain.Append(PlainOf(rune));
        return plain.ToString();
    }

    private static string PlainOf(Rune rune)
    {
        if (rune.Value is '‘' or '’') return "'";
        if (Singles.TryGetValue(rune.Value, out var single)) return single;
        foreach (var (first, last, plain) in Runs)
            if (rune.Value >= first && rune.Value <= last) return plain[(rune.Value - first) % plain.Length].ToString();
        return Rune.IsDigit(rune) ? ((int)Rune.GetNumericValue(rune)).ToString(System.Globalization.CultureInfo.InvariantCulture) : rune.ToString();
    }
}
