namespace Timbre.Text.Phonemes.English;

/// <summary>Words whose reading hangs on what follows, on their part of speech or on their dots, before any lexicon is asked.</summary>
internal static class SpecialWords
{
    /// <summary>The word's reading; null where it is an ordinary word.</summary>
    public static string? Read(Lexicon lexicon, string word, string tag, double? stress, ReadingContext context)
    {
        var beforePause = context.Next == NextSound.Pause;
        if (tag == "ADD" && word is "." or "/")
            return lexicon.Read(word == "." ? "dot" : "slash", null, StressRule.Weaker, beforePause);
        if (Lexicon.WordOfSymbol(word) is { } symbol) return lexicon.Read(symbol, null, null, beforePause);
        if (IsDotted(word)) return lexicon.Spell(word);
        return word switch
        {
            "a" or "A" => tag == "DT" ? "ɐ" : "ˈA",
            "am" or "Am" or "AM" when PennTag.IsNoun(tag) => lexicon.Spell(word),
            "am" when !beforePause && stress is not > 0 => "ɐm",
            "am" or "Am" or "AM" => lexicon.Gold("am"),
            "AN" when PennTag.IsNoun(tag) => lexicon.Spell(word),
            "an" or "An" or "AN" => "ɐn",
            "I" when tag == "PRP" => "ˌI",
            "by" or "By" or "BY" when PennTag.ClassOf(tag) == "ADV" => "bˈI",
            "TO" when tag is not ("TO" or "IN") => null,
            "to" or "To" or "TO" => context.Next switch { NextSound.Pause => lexicon.Gold("to"), NextSound.Vowel => "tʊ", _ => "tə" },
            "IN" when tag == "NNP" => null,
            "in" or "In" or "IN" => beforePause || tag != "IN" ? "ˈɪn" : "ɪn",
            "THE" when tag != "DT" => null,
            "the" or "The" or "THE" => context.Next == NextSound.Vowel ? "ði" : "ðə",
            "used" or "Used" or "USED" => lexicon.Gold("used", tag is "VBD" or "JJ" && context.NextIsTo ? "VBD" : null),
            _ when tag == "IN" && word.TrimEnd('.').Equals("vs", StringComparison.OrdinalIgnoreCase) && word.Length <= 3 =>
                lexicon.Read("versus", null, null, beforePause),
            _ => null,
        };
    }

    /// <summary>Letters with dots inside, every part shorter than three: <c>U.S.</c>, <c>p.m.</c></summary>
    private static bool IsDotted(string word)
    {
        if (!word.Trim('.').Contains('.')) return false;
        var run = 0;
        foreach (var letter in word)
        {
            if (letter != '.' && !char.IsLetter(letter)) return false;
            run = letter == '.' ? 0 : run + 1;
            if (run > 2) return false;
        }
        return true;
    }
}
