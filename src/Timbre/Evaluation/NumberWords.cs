using System.Globalization;

namespace Timbre.Evaluation;

/// <summary>Writes spelled English numbers as digits ("twenty one" as 21), as both sides of a comparison may spell either.</summary>
internal static class NumberWords
{
    private static readonly Dictionary<string, int> Small = Table(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 1);

    private static readonly Dictionary<string, int> Tens = Table("_ _ twenty thirty forty fifty sixty seventy eighty ninety", 10);

    private static readonly Dictionary<string, long> Powers = new() { ["thousand"] = 1_000, ["million"] = 1_000_000, ["billion"] = 1_000_000_000 };

    private static readonly Dictionary<string, string> OrdinalStems = new()
    {
        ["first"] = "one", ["second"] = "two", ["third"] = "three", ["fifth"] = "five", ["eighth"] = "eight", ["ninth"] = "nine", ["twelfth"] = "twelve",
    };

    /// <summary>The words with each run of number words as one number; ordinals keep their ending.</summary>
    public static IEnumerable<string> ToDigits(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count;)
        {
            int start = i;
            long total = 0, part = 0;
            string ending = "";
            int last = int.MaxValue;
            while (i < words.Count && ending.Length == 0 && Take(words[i], ref total, ref part, ref last, ref ending))
                i++;
            // "one hundred and five": the "and" belongs to the number when more of it follows.
            if (i > start && ending.Length == 0 && part >= 100 && i + 1 < words.Count && words[i] == "and" && Known(words[i + 1]))
            {
                i++;
                while (i < words.Count && ending.Length == 0 && Take(words[i], ref total, ref part, ref last, ref ending))
                    i++;
            }
            yield return i > start ? (total + part).ToString(CultureInfo.InvariantCulture) + ending : words[i++];
        }
    }

    private static bool Known(string word) => Small.ContainsKey(word) || Tens.ContainsKey(word);

    /// <summary>Adds a word to the number under way; false when it does not go on with it.</summary>
    private static bool Take(string word, ref long total, ref long part, ref int last, ref string ending)
    {
        if (Stem(word) is { } stem)
        {
            if (!Take(stem, ref total, ref part, ref last, ref ending))
                return false;
            ending = (total + part) % 100 is 11 or 12 or 13 ? "th" : ((total + part) % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" };
            return true;
        }
        if (Tens.TryGetValue(word, out int tens) && last > 90)
        {
            (part, last) = (part + tens, 10);
            return true;
        }
        if (Small.TryGetValue(word, out int small) && (last > 90 || last == 10 && small is > 0 and < 10))
        {
            (part, last) = (part + small, 1);
            return true;
        }
        if (word == "hundred" && part is > 0 and < 100)
        {
            (part, last) = (part * 100, 100);
            return true;
        }
        if (Powers.TryGetValue(word, out long power) && part > 0)
        {
            (total, part, last) = (total + part * power, 0, 1000);
            return true;
        }
        return false;
    }

    private static string? Stem(string word)
    {
        if (OrdinalStems.TryGetValue(word, out string? stem))
            return stem;
        if (word.EndsWith("ieth", StringComparison.Ordinal) && Tens.ContainsKey(word[..^4] + "y"))
            return word[..^4] + "y";
        return word.EndsWith("th", StringComparison.Ordinal) && Small.ContainsKey(word[..^2]) ? word[..^2] : null;
    }

    private static Dictionary<string, int> Table(string words, int step) =>
        words.Split(' ').Select((word, index) => (word, index)).Where(pair => pair.word != "_").ToDictionary(pair => pair.word, pair => pair.index * step);
}
