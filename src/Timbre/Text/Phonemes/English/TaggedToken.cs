namespace Timbre.Text.Phonemes.English;

/// <summary>A token of the tokenizer with its part of speech.</summary>
/// <param name="Text">The token as written.</param>
/// <param name="Tag">Penn Treebank tag.</param>
/// <param name="Whitespace">The space that follows it: one space or nothing.</param>
internal sealed record TaggedToken(string Text, string Tag, string Whitespace);
