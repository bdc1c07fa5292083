namespace Timbre.Text.Phonemes.English;

/// <summary>Words that no lexicon lists but whose stem is known: plurals and possessives, past forms, participles in -ing.</summary>
internal sealed class Suffixes(Lexicon lexicon)
{
    /// <summary>American t between one of these and a suffix's vowel becomes a flap.</summary>
    private const string SoundsBeforeFlap = "AIOWYiuæɑəɛɪɹʊʌ";

    private const string DoubledConsonants = "bcdgklmnprstvxz";

    private bool IsBritish => lexicon.Accent == EnglishAccent.British;

    /// <summary>The reading of a word by its stem; null where no suffix with a known stem is found.</summary>
    public string? Read(string word, string? tag, double? stress, bool beforePause)
    {
        foreach (var possessive in (ReadOnlySpan<string?>)[word.EndsWith("s'") ? word[..^2] + "'s" : null, word.EndsWith('\'') ? word[..^1] : null])
            if (possessive is not null && lexicon.IsKnown(possessive)) return lexicon.Read(possessive, tag, stress, beforePause);
        return ReadS(word, tag, stress, beforePause) ?? ReadEd(word, tag, stress, beforePause) ?? ReadIng(word, tag, stress ?? 0.5, beforePause);
    }

    /// <summary>Whether the word is a known stem with -s, -ed or -ing that can be read.</summary>
    public bool CanRead(string word, string? tag, double? stress, bool beforePause) =>
        (ReadS(word, tag, stress, beforePause) ?? ReadEd(word, tag, stress, beforePause) ?? ReadIng(word, tag, stress, beforePause)) is not null;

    /// <summary>The stem's reading with the sound of -s.</summary>
    public string? AddS(string? stem) => stem switch
    {
        null or "" => null,
        [.., 'p' or 't' or 'k' or 'f' or 'θ'] => stem + "s",
        [.., 's' or 'z' or 'ʃ' or 'ʒ' or 'ʧ' or 'ʤ'] => stem + WeakVowel + "z",
        _ => stem + "z",
    };

    /// <summary>The stem's reading with the sound of -ed.</summary>
    public string? AddEd(string? stem) => stem switch
    {
        null or "" => null,
        [.., 'p' or 'k' or 'f' or 'θ' or 'ʃ' or 's' or 'ʧ'] => stem + "t",
        [.., 'd'] => stem + WeakVowel + "d",
        [.., not 't'] => stem + "d",
        _ when IsBritish || stem.Length == 1 => stem + "ɪd",
        _ => Flapped(stem) + "ᵻd",
    };

    /// <summary>The stem's reading with the sound of -ing; null where British English would need a linking r.</summary>
    public string? AddIng(string? stem) => stem switch
    {
        null or "" => null,
        [.., 'ə' or 'ː'] when IsBritish => null,
        _ => Flapped(stem) + "ɪŋ",
    };

    /// <summary>The plural of a word that the lexicon lists.</summary>
    public string? Plural(string word) => ReadS(word + "s", null, null, beforePause: false);

    private string WeakVowel => IsBritish ? "ɪ" : "ᵻ";

    private string Flapped(string stem) =>
        !IsBritish && stem is [.., var before, 't'] && SoundsBeforeFlap.Contains(before) ? stem[..^1] + "ɾ" : stem;

    private string? ReadS(string word, string? tag, double? stress, bool beforePause)
    {
        if (word.Length < 3 || !word.EndsWith('s')) return null;
        var hasEs = word.Length > 4 && word.EndsWith("es");
        var hasIes = word.Length > 4 && word.EndsWith("ies");
        var stem = FirstKnown(
            word.EndsWith("ss") ? null : word[..^1],
            word.EndsWith("'s") || (hasEs && !hasIes) ? word[..^2] : null,
            hasIes ? word[..^3] + "y" : null);
        return stem is null ? null : AddS(lexicon.Read(stem, tag, stress, beforePause));
    }

    private string? ReadEd(string word, string? tag, double? stress, bool beforePause)
    {
        if (word.Length < 4 || !word.EndsWith('d')) return null;
        var stem = FirstKnown(
            word.EndsWith("dd") ? null : word[..^1],
            word.Length > 4 && word.EndsWith("ed") && !word.EndsWith("eed") ? word[..^2] : null);
        return stem is null ? null : AddEd(lexicon.Read(stem, tag, stress, beforePause));
    }

    private string? ReadIng(string word, string? tag, double? stress, bool beforePause)
    {
        if (word.Length < 5 || !word.EndsWith("ing")) return null;
        var stem = FirstKnown(
            word.Length > 5 ? word[..^3] : null,
            word[..^3] + "e",
            word.Length > 5 && (word.EndsWith("cking") || (word[^4] == word[^5] && DoubledConsonants.Contains(word[^4]))) ? word[..^4] : null);
        return stem is null ? null : AddIng(lexicon.Read(stem, tag, stress, beforePause));
    }

    private string? FirstKnown(params ReadOnlySpan<string?> stems)
    {
        foreach (var stem in stems)
            if (stem is not null && lexicon.IsKnown(stem)) return stem;
        return null;
    }
}
