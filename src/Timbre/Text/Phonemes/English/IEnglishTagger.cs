namespace Timbre.Text.Phonemes.English;

/// <summary>Cuts English text into tokens and names their parts of speech.</summary>
internal interface IEnglishTagger
{
    /// <summary>The tokens of the text; joined with their whitespace they are the text.</summary>
    IReadOnlyList<TaggedToken> Tag(string text);
}
