using System.Globalization;
using System.Text;

namespace Timbre.Benchmarks;

/// <summary>A table of figures: printed, and with <c>--save</c> put in its place in a document.</summary>
internal sealed class BenchmarkReport(string section, params string[] columns)
{
    private readonly List<string[]> _rows = [];
    private readonly List<string> _notes = [];

    /// <summary>The file of docs/ that the table stands in.</summary>
    public string Document { get; init; } = "benchmarks.md";

    /// <summary>Adds a row, and shows it on standard error, as a table may take long.</summary>
    public void Add(params object[] cells)
    {
        _rows.Add([.. cells.Select(cell => cell is double number ? number.ToString("0.###", CultureInfo.InvariantCulture) : Convert.ToString(cell, CultureInfo.InvariantCulture)!)]);
        Console.Error.WriteLine(string.Join(" | ", _rows[^1]));
    }

    public void Note(string note) => _notes.Add(note);

    /// <summary>Prints the table; saves it when asked to.</summary>
    public void Finish(bool save)
    {
        Console.WriteLine(Markdown());
        if (save)
            Save();
    }

    private void Save()
    {
        string path = Path.Combine(FindRepository(), "docs", Document);
        string text = File.ReadAllText(path);
        string begin = $"<!-- begin {section} -->", end = $"<!-- end {section} -->";
        int start = text.IndexOf(begin, StringComparison.Ordinal), stop = text.IndexOf(end, StringComparison.Ordinal);
        if (start < 0 || stop < start)
            throw new InvalidOperationException($"{path} has no section between '{begin}' and '{end}'.");
        File.WriteAllText(path, $"{text[..(start + begin.Length)]}\n{Markdown()}{text[stop..]}");
    }

    private string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (string[] row in _rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        foreach (string note in _notes)
            text.Append(CultureInfo.InvariantCulture, $"\n{note}\n");
        return text.ToString();
    }

    private static string FindRepository()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Timbre.slnx")))
                return folder;
        }
        throw new InvalidOperationException("--save writes into the source checkout; this program does not stand in one.");
    }
}
