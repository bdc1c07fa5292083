namespace Timbre.Text.Phonemes.English;

/// <summary>What the word to the right begins with.</summary>
internal enum NextSound
{
    /// <summary>Punctuation, or the end of the text.</summary>
    Pause,

    /// <summary>A vowel.</summary>
    Vowel,

    /// <summary>A consonant.</summary>
    Consonant,
}

/// <summary>What a word needs to know of the word to its right; words are read from the last to the first.</summary>
/// <param name="Next">Its first sound.</param>
/// <param name="NextIsTo">Whether it is the word "to".</param>
internal readonly record struct ReadingContext(NextSound Next, bool NextIsTo)
{
    /// <summary>The context of the words before a word that was just read.</summary>
    public ReadingContext Before(Word word, string? phonemes) => new(
        (phonemes is null ? null : Alphabet.FirstSound(phonemes)) ?? Next,
        word.Text is "to" or "To" || (word.Text == "TO" && word.Tag is "TO" or "IN"));
}
