using System.Numerics;

namespace Timbre.Text.Phonemes.English;

/// <summary>Whole numbers in English words, in the British manner with "and", as num2words writes them.</summary>
internal static class NumberWords
{
    /// <summary>Longer numbers have no name in the lexicons.</summary>
    public const int MaximumDigits = 30;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly string[] Thousands =
        ["", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion", " sextillion", " septillion", " octillion"];

    private static readonly Dictionary<string, string> IrregularOrdinals = new()
    {
        ["one"] = "first", ["two"] = "second", ["three"] = "third", ["five"] = "fifth", ["eight"] = "eighth", ["nine"] = "ninth", ["twelve"] = "twelfth",
    };

    /// <summary>1234: one thousand, two hundred and thirty-four.</summary>
    public static string Cardinal(BigInteger number)
    {
        if (number < 1000) return UnderThousand((int)number);
        var parts = new List<string>();
        for (var power = Thousands.Length - 1; power > 0; power--)
        {
            var count = (int)(number / BigInteger.Pow(1000, power) % 1000);
            if (count > 0) parts.Add(UnderThousand(count) + Thousands[power]);
        }
        var rest = (int)(number % 1000);
        var words = string.Join(", ", parts);
        return rest == 0 ? words : words + (rest < 100 ? " and " : ", ") + UnderThousand(rest);
    }

    /// <summary>1234: one thousand, two hundred and thirty-fourth.</summary>
    public static string Ordinal(BigInteger number)
    {
        var words = Cardinal(number);
        var start = words.AsSpan().LastIndexOfAny(' ', '-') + 1;
        var last = words[start..];
        if (!IrregularOrdinals.TryGetValue(last, out var ordinal)) ordinal = (last.EndsWith('y') ? last[..^1] + "ie" : last) + "th";
        return words[..start] + ordinal;
    }

    /// <summary>1984: nineteen eighty-four; 1905: nineteen oh-five; 2001: two thousand and one.</summary>
    public static string Year(int year)
    {
        var (century, rest) = Math.DivRem(year, 100);
        if (century == 0 || (century % 10 == 0 && rest < 10) || century >= 100) return Cardinal(year);
        return Cardinal(century) + rest switch { 0 => " hundred", < 10 => " oh-" + Cardinal(rest), _ => " " + Cardinal(rest) };
    }

    private static string UnderThousand(int number)
    {
        var (hundreds, rest) = Math.DivRem(number, 100);
        if (hundreds == 0) return UnderHundred(rest);
        return $"{Small[hundreds]} hundred" + (rest == 0 ? "" : " and " + UnderHundred(rest));
    }

    private static string UnderHundred(int number) => number < Small.Length ? Small[number]
        : number % 10 == 0 ? Tens[number / 10 - 2] : $"{Tens[number / 10 - 2]}-{Small[number % 10]}";
}
