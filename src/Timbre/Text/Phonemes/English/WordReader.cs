namespace Timbre.Text.Phonemes.English;

/// <summary>Reads one word: special cases, capitals, the lexicon, suffixes, numbers, in this order.</summary>
internal sealed class WordReader(Lexicon lexicon)
{
    private const double CapitalisedStress = 0.5;
    private const double UpperCaseStress = 2;

    /// <summary>Longer words are taken for ordinary ones in capitals even where the tagger sees a name.</summary>
    private const int LongestName = 7;

    private readonly Suffixes _suffixes = new(lexicon);
    private readonly NumberReader _numbers = new(lexicon, new Suffixes(lexicon));

    /// <summary>The word's reading; null where no rule has one.</summary>
    public string? Read(Word word, ReadingContext context)
    {
        var text = CompatibilityForms.ToPlain(word.Alias ?? word.Text);
        double? stress = text == text.ToLowerInvariant() ? null : Lexicon.IsUpper(text) ? UpperCaseStress : CapitalisedStress;
        var phonemes = ReadWord(text, word.Tag, stress, context);
        if (phonemes is not null && word.Currency is { } currency) phonemes = $"{phonemes} {_numbers.CurrencyName(currency)}";
        if (phonemes is null && NumberReader.IsNumber(text, word.IsHead)) phonemes = _numbers.Read(text, word.Currency, word.IsHead, word.NumberFlags);
        return phonemes is null ? null : StressRule.Apply(phonemes, word.Stress);
    }

    private string? ReadWord(string text, string tag, double? stress, ReadingContext context)
    {
        if (SpecialWords.Read(lexicon, text, tag, stress, context) is { } special) return special;
        var beforePause = context.Next == NextSound.Pause;
        if (IsOrdinaryInCapitals(text, tag, stress, beforePause)) text = text.ToLowerInvariant();
        return lexicon.IsKnown(text) ? lexicon.Read(text, tag, stress, beforePause) : _suffixes.Read(text, tag, stress, beforePause);
    }

    /// <summary>Whether the word is capitalised, or in capitals, for its place or for emphasis only, so that its lower-case form is to be read.</summary>
    private bool IsOrdinaryInCapitals(string text, string tag, double? stress, bool beforePause)
    {
        if (text.Length < 2 || (tag == "NNP" && text.Length <= LongestName) || lexicon.IsListed(text)) return false;
        var lower = text.ToLowerInvariant();
        if (text == lower || !(Lexicon.IsUpper(text) || text[1..] == lower[1..])) return false;
        if (!text.Any(char.IsLetter) || !text.All(letter => letter == '\'' || char.IsLetter(letter))) return false;
        return lexicon.IsListed(lower) || _suffixes.CanRead(lower, tag, stress, beforePause);
    }
}
