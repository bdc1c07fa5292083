using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes.English;

/// <summary>Cuts a token into the parts that are read one by one where the whole is in no lexicon: words, numbers, marks.</summary>
internal static partial class SubtokenSplitter
{
    /// <summary>The parts from left to right; an apostrophe that fits nowhere is dropped.</summary>
    public static IEnumerable<string> Split(string token) => Part().Matches(token).Select(match => match.Value);

    [GeneratedRegex("""
        ^['‘’]+                                     # apostrophes at the start
        | \p{Lu}(?=\p{Lu}\p{Ll})                    # a capital before a capitalised word
        | (?:^-)?(?:\d?[,.]?\d)+                    # a number
        | [-_]+
        | ['‘’]{2,}
        | \p{L}*?(?:['‘’]\p{L})*?\p{Ll}(?=\p{Lu})   # small letters before a capital
        | \p{L}+(?:['‘’]\p{L})*                     # letters with apostrophes inside
        | [\uD800-\uDBFF][\uDC00-\uDFFF]            # one character beyond the basic plane
        | [^-_\p{L}'‘’\d]                           # one of anything else
        | ['‘’]+$                                   # apostrophes at the end
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
