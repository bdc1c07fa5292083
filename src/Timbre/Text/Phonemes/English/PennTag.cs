namespace Timbre.Text.Phonemes.English;

/// <summary>Classes of Penn Treebank tags, by the names that the lexicons use.</summary>
internal static class PennTag
{
    private static readonly (string Prefix, string Class)[] Classes =
        [("VB", "VERB"), ("NN", "NOUN"), ("RB", "ADV"), ("ADV", "ADV"), ("JJ", "ADJ"), ("ADJ", "ADJ")];

    /// <summary>VERB, NOUN, ADV or ADJ for their tags; any other tag itself.</summary>
    public static string? ClassOf(string? tag)
    {
        if (tag is null) return null;
        foreach (var (prefix, name) in Classes)
            if (tag.StartsWith(prefix, StringComparison.Ordinal)) return name;
        return tag;
    }

    public static bool IsNoun(string? tag) => ClassOf(tag) == "NOUN";
}
