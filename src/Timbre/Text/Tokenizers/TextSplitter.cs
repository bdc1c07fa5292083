using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Timbre.Text.Tokenizers;

/// <summary>Cuts a text into the pieces within which byte pairs are merged.</summary>
internal sealed partial class TextSplitter
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(10);

    private readonly Regex _pattern;

    private TextSplitter(Regex pattern) => _pattern = pattern;

    /// <summary>The pattern of GPT-2, and of Whisper: contractions, words, numbers and signs, each with the space before it.</summary>
    public static TextSplitter Gpt2 { get; } = new(Gpt2Pattern());

    /// <summary>A splitter by the pattern of a tokenizer file.</summary>
    public static TextSplitter FromPattern(string pattern)
    {
        try
        {
            return new TextSplitter(new Regex(pattern, RegexOptions.CultureInvariant, MatchLimit));
        }
        catch (ArgumentException error)
        {
            throw new ModelNotSupportedException($"tokenizer: the pattern '{pattern}' is not understood: {error.Message}", error);
        }
    }

    /// <summary>The pieces in order; the text between two matches is a piece too.</summary>
    public IEnumerable<Range> Split(string text)
    {
        int end = 0;
        for (Match match = _pattern.Match(Image(text)); match.Success; match = match.NextMatch())
        {
            if (match.Length == 0)
                continue;
            if (match.Index > end)
                yield return end..match.Index;
            end = match.Index + match.Length;
            yield return match.Index..end;
        }
        if (end < text.Length)
            yield return end..text.Length;
    }

    /// <summary>
    /// The text with characters beyond U+FFFF replaced by others of their kind: .NET matches halves of a surrogate pair,
    /// which are neither letters nor numbers.
    /// </summary>
    private static string Image(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return text;
        char[] image = text.ToCharArray();
        for (int i = 0; i + 1 < image.Length; i++)
            if (Rune.TryCreate(text[i], text[i + 1], out Rune rune))
            {
                char kind = Rune.IsLetter(rune) ? 'ª' : IsNumber(rune) ? '²' : '§';
                image[i++] = kind;
                image[i] = kind;
            }
        return new string(image);
    }

    private static bool IsNumber(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2Pattern();
}
