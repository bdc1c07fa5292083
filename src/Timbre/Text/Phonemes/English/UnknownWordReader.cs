using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// Reads what the lexicons and their rules leave: numbers with units, times, signs and addresses by their parts; words from the CMU
/// dictionary, by their stem, as compounds or letter by letter; and at last by the letter-to-phone network.
/// </summary>
internal sealed partial class UnknownWordReader : IUnknownWordReader
{
    private static readonly Dictionary<string, string> Signs = new()
    {
        ["%"] = "percent", ["&"] = "and", ["+"] = "plus", ["@"] = "at", ["="] = "equals", ["*"] = "asterisk", ["/"] = "slash", ["#"] = "hash",
        ["°"] = "degrees", ["§"] = "section", ["×"] = "times", ["÷"] = "divided by", ["±"] = "plus or minus", ["\\"] = "backslash",
        ["½"] = "one half", ["¼"] = "one quarter", ["¾"] = "three quarters", ["⅓"] = "one third", ["⅔"] = "two thirds",
        ["$"] = "dollars", ["€"] = "euros", ["£"] = "pounds", ["¥"] = "yen", ["¢"] = "cents", ["₹"] = "rupees",
    };

    /// <summary>After a number, as they are written.</summary>
    private static readonly Dictionary<string, string> Units = new()
    {
        ["mm"] = "millimeters", ["cm"] = "centimeters", ["m"] = "meters", ["km"] = "kilometers", ["mg"] = "milligrams", ["g"] = "grams", ["kg"] = "kilograms",
        ["ml"] = "milliliters", ["l"] = "liters", ["ft"] = "feet", ["lb"] = "pounds", ["lbs"] = "pounds", ["oz"] = "ounces", ["ms"] = "milliseconds", ["min"] = "minutes",
        ["KB"] = "kilobytes", ["kB"] = "kilobytes", ["MB"] = "megabytes", ["GB"] = "gigabytes", ["TB"] = "terabytes",
        ["Hz"] = "hertz", ["kHz"] = "kilohertz", ["MHz"] = "megahertz", ["GHz"] = "gigahertz", ["W"] = "watts", ["kW"] = "kilowatts", ["V"] = "volts",
    };

    /// <summary>With a full stop after them.</summary>
    private static readonly Dictionary<string, string> Abbreviations = new()
    {
        ["jan"] = "january", ["feb"] = "february", ["mar"] = "march", ["apr"] = "april", ["jun"] = "june", ["jul"] = "july", ["aug"] = "august",
        ["sep"] = "september", ["sept"] = "september", ["oct"] = "october", ["nov"] = "november", ["dec"] = "december",
        ["dept"] = "department", ["approx"] = "approximately", ["capt"] = "captain", ["ft"] = "feet", ["st"] = "saint",
    };

    /// <summary>Endings whose sound does not change the stem before them.</summary>
    private static readonly (string Ending, string Sound)[] Endings = [("ness", "nəs"), ("less", "ləs"), ("like", "lˌIk"), ("ful", "fəl"), ("ment", "mᵊnt"), ("ly", "li")];

    private const int ShortestPart = 3, ShortestCompound = 7, LongestInitialism = 5;

    /// <summary>No word is longer; what is, is read so far.</summary>
    private const int LongestWord = 48;

    private readonly Lexicon _lexicon;
    private readonly Suffixes _suffixes;
    private readonly NumberReader _numbers;
    private readonly PronouncingDictionary _dictionary;
    private readonly LetterToPhoneNetwork _network;

    /// <summary>A reader for the lexicon's accent.</summary>
    public UnknownWordReader(Lexicon lexicon, PronouncingDictionary dictionary, LetterToPhoneNetwork network)
    {
        (_lexicon, _dictionary, _network) = (lexicon, dictionary, network);
        _suffixes = new Suffixes(lexicon);
        _numbers = new NumberReader(lexicon, _suffixes);
    }

    /// <inheritdoc/>
    public string? Read(string word)
    {
        string text = CompatibilityForms.ToPlain(word);
        string marks = string.Concat(text[text.AsSpan().TrimEnd(")]}\"”’'>;:,.!?—…").Length..].Where(mark => Alphabet.PauseMarks.Contains(mark)));
        var time = Time().Match(text);
        IEnumerable<string?> words = time.Success ? ReadTime(time.Groups[1].Value, time.Groups[2].Value) : ReadParts(text);
        string spoken = string.Join(' ', words.Where(reading => !string.IsNullOrEmpty(reading)));
        return spoken.Length > 0 ? spoken + marks : null;
    }

    /// <summary>5:30, 7:05, 10:00.</summary>
    private IEnumerable<string?> ReadTime(string hour, string minute)
    {
        yield return ReadNumber(hour);
        if (minute == "00") yield return ReadWord(int.Parse(hour) is > 0 and <= 12 ? "o'clock" : "hundred");
        else
        {
            if (minute[0] == '0') yield return _lexicon.Spell("O");
            yield return ReadNumber(minute.TrimStart('0'));
        }
    }

    /// <summary>The readings of runs of letters, numbers and signs.</summary>
    private IEnumerable<string?> ReadParts(string text)
    {
        var parts = Parts().Matches(text);
        for (int i = 0; i < parts.Count; i++)
        {
            string part = parts[i].Value, before = i > 0 ? parts[i - 1].Value : " ", after = i + 1 < parts.Count ? parts[i + 1].Value : " ";
            if (char.IsAsciiDigit(part[0]))
            {
                yield return ReadNumber(part);
                // A currency sign is said after its amount.
                if (CurrencySigns.Contains(before)) yield return ReadWords(Signs[before]);
            }
            else if (char.IsLetter(part[0])) yield return ReadLetters(part, before, after);
            else if (part == ".")
                yield return char.IsLetterOrDigit(before[^1]) && char.IsLetterOrDigit(after[0]) ? ReadWord("dot") : null;
            else if (part == "#" && char.IsLetter(before[^1])) yield return ReadWord("sharp");
            else if (Signs.TryGetValue(part, out string? sign) && !(CurrencySigns.Contains(part) && char.IsAsciiDigit(after[0])))
                yield return ReadWords(sign);
        }
    }

    private string? ReadLetters(string letters, string before, string after)
    {
        if (char.IsAsciiDigit(before[^1]) && Units.TryGetValue(letters, out string? unit)) return ReadWord(unit);
        if (before == "°" && letters is "C" or "F") return ReadWord(letters == "C" ? "celsius" : "fahrenheit");
        return after == "." && Abbreviations.TryGetValue(letters.ToLowerInvariant(), out string? full) ? ReadWord(full) : ReadLetters(letters);
    }

    private const string CurrencySigns = "$€£¥₹";

    private string? ReadNumber(string digits) => _numbers.Read(digits, currency: null, isHead: true, flags: "");

    private string ReadWords(string words) => string.Join(' ', words.Split(' ').Select(ReadWord));

    /// <summary>A run of letters: as one word if it is known, else by its capitals (<c>TikTok</c>), else by rules and the network.</summary>
    private string? ReadLetters(string letters)
    {
        letters = LatinLetters.ToAscii(letters.Length > LongestWord ? letters[..LongestWord] : letters);
        string word = letters.ToLowerInvariant();
        if (!word.All(letter => char.IsAsciiLetterLower(letter) || letter == '\'')) return null;
        if (ReadKnown(word) is { } known) return known;
        var humps = Humps().Matches(letters);
        return humps.Count > 1
            ? string.Join(' ', humps.Select(hump => ReadHump(hump.Value)).Where(reading => reading.Length > 0))
            : ReadHump(letters);
    }

    private string ReadHump(string letters)
    {
        string word = letters.ToLowerInvariant();
        bool isInitialism = !word.AsSpan().ContainsAny("aeiouy") || (letters.Length > 1 && Lexicon.IsUpper(letters));
        if (isInitialism && letters.Length <= LongestInitialism && !IsKnown(word)) return _lexicon.Spell(letters) ?? "";
        return ReadWord(word, mayBeCompound: word == letters);
    }

    private string ReadWord(string word) => ReadWord(word, mayBeCompound: false);

    private string ReadWord(string word, bool mayBeCompound) => ReadKnown(word)
        ?? (mayBeCompound ? ReadCompound(word) : null)
        ?? ReadWithEnding(word)
        ?? Arpabet.ToPhonemes(_network.Read(word), _lexicon.Accent);

    private bool IsKnown(string word) => _lexicon.IsListed(word) || _dictionary.Find(word) is not null;

    /// <summary>A word of the lexicons, or with a regular ending of one of theirs, or of the CMU dictionary.</summary>
    private string? ReadKnown(string word)
    {
        if (word.Length == 1) return _lexicon.Spell(word);
        if (_lexicon.IsListed(word)) return _lexicon.Read(word, tag: null, stress: null, beforePause: false);
        return _dictionary.Find(word) is { } phones ? Arpabet.ToPhonemes(phones, _lexicon.Accent) : _suffixes.Read(word, tag: null, stress: null, beforePause: false);
    }

    /// <summary>A known stem with an ending; a possessive also of an unknown one.</summary>
    private string? ReadWithEnding(string word)
    {
        if (word.EndsWith("n't've", StringComparison.Ordinal) && ReadKnown(word[..^3]) is { } negation) return negation + "əv";
        if (word.EndsWith("in'", StringComparison.Ordinal) && ReadKnown(word[..^1] + "g") is { } participle) return participle[..^1] + "n";
        if (word.EndsWith("'s", StringComparison.Ordinal)) return _suffixes.AddS(ReadWord(word[..^2]));
        if (word.Contains('\'')) return ReadWord(word.Replace("'", "", StringComparison.Ordinal));
        if (word.EndsWith('s') && Stem(word[..^1]) is { } singular) return _suffixes.AddS(singular);
        if (word.EndsWith("ed", StringComparison.Ordinal) && (Stem(word[..^2]) ?? Stem(word[..^1]) ?? Undoubled(word[..^2])) is { } present)
            return _suffixes.AddEd(present);
        if (word.EndsWith("ing", StringComparison.Ordinal) && (Stem(word[..^3]) ?? Stem(word[..^3] + "e") ?? Undoubled(word[..^3])) is { } infinitive)
            return _suffixes.AddIng(infinitive);
        foreach (var (ending, sound) in Endings)
            if (word.EndsWith(ending, StringComparison.Ordinal) && Stem(word[..^ending.Length]) is { } stem) return stem + sound;
        return word.StartsWith("un", StringComparison.Ordinal) && Stem(word[2..]) is { } positive ? "ˌʌn" + positive : null;
    }

    private string? Stem(string word) => word.Length > ShortestPart ? ReadKnown(word) : null;

    /// <summary>The stem of a word that doubles its last consonant before an ending (<c>debugg-ed</c>).</summary>
    private string? Undoubled(string word) => word.Length > ShortestPart && word[^1] == word[^2] ? ReadKnown(word[..^1]) : null;

    /// <summary>Two words of the better lexicon, the first as long as can be (<c>chat|bot</c>): stress lies on the first.</summary>
    private string? ReadCompound(string word)
    {
        if (word.Length < ShortestCompound) return null;
        for (int split = word.Length - ShortestPart; split >= ShortestPart; split--)
            if (_lexicon.Gold(word[..split]) is { } first && _lexicon.Gold(word[split..]) is { } second)
                return first + StressRule.Apply(second, StressRule.Weaker);
        return null;
    }

    [GeneratedRegex(@"^(\d{1,2}):([0-5]\d)$")]
    private static partial Regex Time();

    [GeneratedRegex(@"\p{L}[\p{L}\p{M}']*|[0-9]+(?:[.,][0-9]+)*|\S")]
    private static partial Regex Parts();

    [GeneratedRegex(@"[A-Z]+(?![a-z])|[A-Z]?[a-z']+|'")]
    private static partial Regex Humps();
}
