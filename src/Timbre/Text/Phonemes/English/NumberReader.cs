using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes.English;

/// <summary>Reads numbers: cardinals, ordinals, years, decimals, amounts of money, and the parts of codes and versions.</summary>
internal sealed partial class NumberReader(Lexicon lexicon, Suffixes suffixes)
{
    private static readonly string[] Endings = ["ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s"];

    private static readonly Dictionary<char, (string Unit, string Part)> Units = new()
    {
        ['$'] = ("dollar", "cent"), ['£'] = ("pound", "pence"), ['€'] = ("euro", "cent"),
    };

    /// <summary>Whether the sign is one of the currencies that are read.</summary>
    public static bool IsCurrency(string text) => text.Length == 1 && Units.ContainsKey(text[0]);

    /// <summary>Whether the word is a number with at most one ending; only the first of a group may have a minus.</summary>
    public static bool IsNumber(string word, bool isHead)
    {
        if (!word.AsSpan().ContainsAnyInRange('0', '9')) return false;
        var ending = Endings.FirstOrDefault(ending => word.EndsWith(ending, StringComparison.Ordinal));
        var digits = word.AsSpan(0, word.Length - (ending?.Length ?? 0));
        if (isHead && digits.StartsWith("-")) digits = digits[1..];
        return !digits.ContainsAnyExcept("0123456789,.");
    }

    /// <summary>The unit's name in the plural, for a word after a currency sign (<c>$3 million</c>).</summary>
    public string? CurrencyName(char currency) => suffixes.Plural(Units[currency].Unit);

    /// <summary>The reading of a number; null where a word of it is in no lexicon.</summary>
    /// <param name="number">See <see cref="IsNumber"/>.</param>
    /// <param name="currency">The sign before it.</param>
    /// <param name="isHead">False later in a group of tokens (<c>555-1234</c>), where digits are read rather than amounts.</param>
    /// <param name="flags"><c>&amp;</c> speaks "and", <c>n</c> hangs it on the word before, <c>a</c> says "a" for a leading "one".</param>
    public string? Read(string number, char? currency, bool isHead, string flags)
    {
        var ending = Ending().Match(number).Value;
        var digits = number[..^ending.Length];
        var words = new Words(lexicon, flags);
        var isNegative = digits.StartsWith('-');
        if (isNegative)
        {
            words.Add("minus");
            digits = digits[1..];
        }
        var isOrdinal = ending is "st" or "nd" or "rd" or "th";
        var isWhole = IsDigits(digits);
        if (isWhole && isOrdinal) words.AddOrdinal(digits);
        else if (isWhole && !isNegative && digits.Length == 4 && currency is null) words.AddText(NumberWords.Year(int.Parse(digits, CultureInfo.InvariantCulture)));
        else if (!isHead && !digits.Contains('.')) AddPart(words, digits.Replace(",", ""));
        else if (!isHead || digits.Count(c => c == '.') > 1) AddDottedParts(words, digits.Replace(",", ""));
        else if (currency is { } sign && IsAmount(digits)) AddAmount(words, digits.Replace(",", ""), Units[sign]);
        else AddPlain(words, digits.Replace(",", ""), isOrdinal);
        var phonemes = words.Join();
        return ending switch
        {
            "s" or "'s" => suffixes.AddS(phonemes),
            "ed" or "'d" => suffixes.AddEd(phonemes),
            "ing" => suffixes.AddIng(phonemes),
            _ => phonemes,
        };
    }

    /// <summary>A number inside a group, such as the last of <c>555-1234</c> or <c>A380</c>.</summary>
    private static void AddPart(Words words, string digits)
    {
        if (digits[0] == '0' || digits.Length > 3) words.AddDigits(digits);
        else if (digits.Length == 3 && !digits.EndsWith("00", StringComparison.Ordinal))
        {
            words.AddCardinal(digits[..1]);
            if (digits[1] != '0') words.AddCardinal(digits[1..], isFirst: false);
            else
            {
                words.Add("O", StressRule.None);
                words.AddCardinal(digits[2..], isFirst: false);
            }
        }
        else words.AddCardinal(digits);
    }

    /// <summary>Versions and addresses: the parts between the dots, digit by digit unless they are round or of two digits.</summary>
    private static void AddDottedParts(Words words, string digits)
    {
        var isFirst = true;
        foreach (var part in digits.Split('.'))
        {
            if (part.Length > 0)
            {
                if (part[0] == '0' || (part.Length != 2 && part.AsSpan(1).ContainsAnyExcept('0'))) words.AddDigits(part);
                else words.AddCardinal(part, isFirst);
            }
            isFirst = false;
        }
    }

    private static bool IsAmount(string digits) => digits.IndexOf('.') is var dot && (dot < 0 || digits.Length - dot - 1 < 3);

    /// <summary>Units and hundredths joined by "and", a zero half left out.</summary>
    private void AddAmount(Words words, string digits, (string Unit, string Part) units)
    {
        var halves = digits.Split('.').Zip([units.Unit, units.Part], (count, unit) => (Count: count.TrimStart('0'), Unit: unit)).ToList();
        if (halves.Count > 1 && halves.FindLastIndex(half => half.Count == "") is >= 0 and var zero) halves.RemoveAt(zero);
        for (var i = 0; i < halves.Count; i++)
        {
            var (count, unit) = halves[i];
            if (i > 0) words.Add("and");
            words.AddCardinal(count, isFirst: i == 0);
            words.AddReading(count == "1" || unit == "pence" ? lexicon.Read(unit, null, null, beforePause: false) : suffixes.Plural(unit));
        }
    }

    private static void AddPlain(Words words, string digits, bool isOrdinal)
    {
        var dot = digits.IndexOf('.');
        if (dot < 0 && isOrdinal) words.AddOrdinal(digits);
        else if (dot < 0) words.AddCardinal(digits);
        else words.AddDecimal(digits[..dot], digits[(dot + 1)..]);
    }

    private static bool IsDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    [GeneratedRegex("[a-z']*$")]
    private static partial Regex Ending();

    /// <summary>Collects the words of a number, each read without context.</summary>
    private sealed class Words(Lexicon lexicon, string flags)
    {
        private readonly List<string> _readings = [];
        private bool _isReadable = true;

        public void AddReading(string? reading)
        {
            _isReadable &= reading is not null;
            _readings.Add(reading ?? "");
        }

        public void Add(string word, double? stress = null) => AddReading(lexicon.Read(word, null, stress, beforePause: false));

        public void AddDigits(string digits)
        {
            foreach (var digit in digits) AddCardinal(digit.ToString(), isFirst: false);
        }

        public void AddCardinal(string digits, bool isFirst = true)
        {
            var significant = digits.TrimStart('0');
            if (significant.Length > NumberWords.MaximumDigits) AddDigits(significant);
            else AddText(NumberWords.Cardinal(Parse(significant)), isFirst);
        }

        public void AddOrdinal(string digits)
        {
            var significant = digits.TrimStart('0');
            if (significant.Length > NumberWords.MaximumDigits) AddDigits(significant);
            else AddText(NumberWords.Ordinal(Parse(significant)));
        }

        public void AddDecimal(string whole, string decimals)
        {
            // Trailing zeros are not spoken: 1.10 is one point one, 3.0 three. After a bare point all are.
            if (whole != "") decimals = decimals.TrimEnd('0');
            if (decimals == "")
            {
                AddCardinal(whole);
                return;
            }
            var spoken = "point " + string.Join(' ', decimals.Select(digit => NumberWords.Cardinal(digit - '0')));
            var significant = whole.TrimStart('0');
            if (significant.Length > NumberWords.MaximumDigits) AddDigits(significant);
            else if (whole != "") spoken = $"{NumberWords.Cardinal(Parse(significant))} {spoken}";
            AddText(spoken);
        }

        public void AddText(string text, bool isFirst = true)
        {
            var words = text.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < words.Length; i++)
            {
                if (words[i] == "and" && !flags.Contains('&'))
                {
                    if (flags.Contains('n') && _readings.Count > 0) _readings[^1] += "ən";
                }
                else if (isFirst && i == 0 && words.Length > 1 && words[i] == "one" && flags.Contains('a')) AddReading("ə");
                else Add(words[i], words[i] == "point" ? StressRule.None : null);
            }
        }

        /// <summary>All words with spaces between them; null where one could not be read.</summary>
        public string? Join() => _isReadable ? string.Join(' ', _readings) : null;

        private static BigInteger Parse(string digits) => digits == "" ? 0 : BigInteger.Parse(digits, CultureInfo.InvariantCulture);
    }
}
