namespace Timbre.Cli;

/// <summary>Writes rows in columns, each as wide as its widest entry: plain text that other tools can read.</summary>
internal static class Columns
{
    private const string Gap = "  ";

    public static void Write(TextWriter output, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
            return;
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join(Gap, row.Select((entry, column) => entry.PadRight(widths[column]))).TrimEnd());
    }
}
