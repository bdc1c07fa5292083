using Timbre.Text.Phonemes;

namespace Timbre.Models.Kokoro;

/// <summary>A stretch of text that is spoken at once.</summary>
/// <param name="Tokens">Its tokens.</param>
internal sealed record KokoroPiece(IReadOnlyList<PhonemeToken> Tokens)
{
    /// <summary>The text as written, trimmed.</summary>
    public string Text { get; init; } = string.Concat(Tokens.Select(token => token.Text + token.Whitespace)).Trim();

    /// <summary>What is spoken, trimmed.</summary>
    public string Phonemes { get; } = Join(Tokens);

    /// <summary>The phonemes of tokens with a space where the text has one, trimmed.</summary>
    public static string Join(IEnumerable<PhonemeToken> tokens) => string.Concat(tokens.Select(Spoken)).Trim();

    /// <summary>The phonemes of a token, and a space where one follows.</summary>
    public static string Spoken(PhonemeToken token) => token.Whitespace.Length > 0 ? token.Phonemes + " " : token.Phonemes ?? "";
}
