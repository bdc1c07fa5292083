using System.Text.Json;
using System.Text.RegularExpressions;

namespace Timbre.Evaluation;

/// <summary>
/// Brings English transcripts to one spelling before they are compared, after the rules in appendix C of the Whisper paper
/// (Radford et al. 2022): no case, punctuation or fillers, contractions spelled out, numbers as digits, British spellings as American ones.
/// </summary>
internal sealed partial class TextNormalizer
{
    private static readonly (string Pattern, string Replacement)[] Replacements =
    [
        (@"\bwon't\b", "will not"), (@"\bcan't\b", "can not"), (@"\blet's\b", "let us"), (@"\bain't\b", "aint"), (@"\by'all\b", "you all"),
        (@"\bwanna\b", "want to"), (@"\bgotta\b", "got to"), (@"\bgonna\b", "going to"), (@"\bma'am\b", "madam"),
        (@"\bmr\b", "mister"), (@"\bmrs\b", "missus"), (@"\bst\b", "saint"), (@"\bdr\b", "doctor"), (@"\bprof\b", "professor"),
        (@"n't\b", " not"), (@"'re\b", " are"), (@"'s\b", " is"), (@"'d\b", " would"), (@"'ll\b", " will"), (@"'t\b", " not"), (@"'ve\b", " have"), (@"'m\b", " am"),
    ];

    private readonly Dictionary<string, string> _spellings;

    /// <summary>With the spellings of a Whisper folder's <c>normalizer.json</c> (British to American), where it has one.</summary>
    public TextNormalizer(string? spellings) =>
        _spellings = spellings is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(spellings))!;

    /// <summary>The words to compare.</summary>
    public string[] Words(string text)
    {
        text = Asides().Replace(text.ToLowerInvariant().Replace('’', '\''), "");
        text = Fillers().Replace(text, "");
        text = ThousandsComma().Replace(text, "$1$2");
        foreach ((string pattern, string replacement) in Replacements)
            text = Regex.Replace(text, pattern, replacement);
        string[] words = Separators().Replace(text, " ").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> digits = NumberWords.ToDigits([.. words.Select(word => _spellings.GetValueOrDefault(word, word))]);
        return Dollars().Replace(string.Join(' ', digits), "$$$1").Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"[<\[][^>\]]*[>\]]|\([^)]+?\)")]
    private static partial Regex Asides();

    [GeneratedRegex(@"\b(hmm|mm|mhm|mmm|uh|um)\b")]
    private static partial Regex Fillers();

    [GeneratedRegex(@"(\d),(\d)")]
    private static partial Regex ThousandsComma();

    [GeneratedRegex(@"\b(\d+) dollars?\b")]
    private static partial Regex Dollars();

    [GeneratedRegex(@"[^\p{L}\p{Nd}$%£€]+")]
    private static partial Regex Separators();
}
