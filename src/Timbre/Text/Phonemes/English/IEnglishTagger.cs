namespace Timbre.Text.Phonemes.English;

/// <summary>Cuts English text into tokens and says the part of speech of each.</summary>
internal interface IEnglishTagger
{
    /// <summary>The tokens of the text; joined with their whitespace they are the text.</summary>
    IReadOnlyList<TaggedToken> Tag(string text);
}
