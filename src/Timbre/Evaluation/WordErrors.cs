namespace Timbre.Evaluation;

/// <summary>How far a transcript is from what was said, in words.</summary>
/// <param name="Errors">Substitutions, deletions and insertions of the shortest way from one to the other.</param>
/// <param name="Words">Words that were said.</param>
internal readonly record struct WordErrors(int Errors, int Words)
{
    /// <summary>Errors a word, in percent.</summary>
    public double Percent => Words == 0 ? 0 : 100.0 * Errors / Words;

    /// <summary>The edit distance of two word lists.</summary>
    public static WordErrors Compare(string[] said, string[] heard)
    {
        int[] row = [.. Enumerable.Range(0, heard.Length + 1)];
        for (int i = 0; i < said.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < heard.Length; j++)
            {
                int substitution = diagonal + (said[i] == heard[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substitution, Math.Min(row[j], row[j + 1]) + 1);
            }
        }
        return new WordErrors(row[^1], said.Length);
    }

    public static WordErrors operator +(WordErrors left, WordErrors right) => new(left.Errors + right.Errors, left.Words + right.Words);

    public override string ToString() => FormattableString.Invariant($"{Errors}/{Words} ({Percent:F1} %)");
}
