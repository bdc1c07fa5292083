namespace Timbre.Text.Phonemes.English;

/// <summary>Settles punctuation and currency signs, and puts the parts of tokens that no white space divides into groups (<c>well-known</c>, <c>don't</c>).</summary>
internal static class WordGrouping
{
    private static readonly HashSet<string> PunctuationTags = [".", ",", "-LRB-", "-RRB-", "``", "\"\"", "''", ":", "$", "#", "NFP"];

    private static readonly Dictionary<string, string> PhonemesOfTag = new()
    {
        ["-LRB-"] = "(", ["-RRB-"] = ")", ["``"] = "“", ["\"\""] = "”", ["''"] = "”",
    };

    /// <summary>The groups in order; what is settled stands alone.</summary>
    public static List<List<Word>> Group(IReadOnlyList<Word> tokens)
    {
        var groups = new List<List<Word>>();
        char? currency = null;
        for (var i = 0; i < tokens.Count; i++)
        {
            var parts = Split(tokens[i], groups.Count > 0 && groups[^1][^1].Whitespace != "");
            var isAmountEnd = i + 1 == tokens.Count || tokens[i + 1].Tag != "CD";
            for (var j = 0; j < parts.Count; j++)
            {
                var part = parts[j];
                if (part.IsSettled) { }
                else if (part.Tag == "$" && NumberReader.IsCurrency(part.Text))
                {
                    currency = part.Text[0];
                    part.Phonemes = "";
                }
                else if (PunctuationPhonemes(part) is { } phonemes) part.Phonemes = phonemes;
                else if (currency is not null)
                {
                    if (part.Tag != "CD") currency = null;
                    else if (j == parts.Count - 1 && isAmountEnd) part = part with { Currency = currency };
                }
                else if (IsBetweenLetters(parts, j)) part = part with { Alias = "to" };
                Add(groups, part);
            }
        }
        return groups;
    }

    private static void Add(List<List<Word>> groups, Word part)
    {
        if (!part.IsSettled && groups.Count > 0 && groups[^1][^1] is { IsSettled: false, Whitespace: "" }) groups[^1].Add(part with { IsHead = false });
        else groups.Add([part]);
    }

    private static List<Word> Split(Word token, bool isAfterSpace)
    {
        if (token.IsSettled) return [token];
        // The tokenizer makes tokens of line ends and further spaces; they part words but say nothing.
        if (string.IsNullOrWhiteSpace(token.Text)) return [token with { Phonemes = "", Whitespace = isAfterSpace ? "" : " " }];
        var parts = SubtokenSplitter.Split(token.Text).Select(text => token with { Text = text, Whitespace = "" }).ToList();
        if (parts.Count == 0) return [token with { Phonemes = "" }];
        parts[^1] = parts[^1] with { Whitespace = token.Whitespace };
        return parts;
    }

    private static string? PunctuationPhonemes(Word part)
    {
        if (part is { Tag: ":", Text: "-" or "–" }) return "—";
        if (!PunctuationTags.Contains(part.Tag) || part.Text.All(char.IsAsciiLetter)) return null;
        return PhonemesOfTag.GetValueOrDefault(part.Tag) ?? string.Concat(part.Text.Where(Alphabet.Punctuation.Contains));
    }

    /// <summary>The 2 of <c>B2B</c>.</summary>
    private static bool IsBetweenLetters(List<Word> parts, int index) => index > 0 && index < parts.Count - 1 && parts[index].Text == "2"
        && char.IsLetter(parts[index - 1].Text[^1]) && char.IsLetter(parts[index + 1].Text[0]);
}
