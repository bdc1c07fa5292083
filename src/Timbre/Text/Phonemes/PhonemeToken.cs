namespace Timbre.Text.Phonemes;

/// <summary>A token of a text with its reading.</summary>
/// <param name="Text">The token as written.</param>
/// <param name="Tag">Part of speech (Penn Treebank) in English, else empty.</param>
/// <param name="Whitespace">The space that follows it in the text: one space or nothing.</param>
/// <param name="Phonemes">Its phonemes in the voice's alphabet; null where it has no reading.</param>
public sealed record PhonemeToken(string Text, string Tag, string Whitespace, string? Phonemes);
