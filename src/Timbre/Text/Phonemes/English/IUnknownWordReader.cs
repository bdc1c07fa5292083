namespace Timbre.Text.Phonemes.English;

/// <summary>Reads a word that the lexicons lack.</summary>
internal interface IUnknownWordReader
{
    /// <summary>The word's phonemes in the voice's alphabet; null where it has nothing to be read.</summary>
    string? Read(string word);
}
