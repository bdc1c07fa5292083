namespace Timbre.Text.Phonemes.English;

/// <summary>Reads words that no lexicon or rule knows.</summary>
internal interface IUnknownWordReader
{
    /// <summary>The word's phonemes in the voice's alphabet for the reader's accent; null where the word cannot be read.</summary>
    string? Read(string word);
}
