namespace Timbre.Tests.Golden;

/// <summary>A file of cases: tab-separated with or without a header line, or a JSON document.</summary>
internal sealed class GoldenTable(GoldenFolder folder, string family, string file)
{
    public GoldenFolder Folder { get; } = folder;
    public string Family { get; } = family;

    /// <summary>Named from the family's folder.</summary>
    public string File { get; } = file;

    public string Path { get; } = System.IO.Path.Combine(folder.Path, family, file);

    /// <summary>The rows below the header line, as column name to value.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Rows()
    {
        List<string[]> lines = [.. Lines()];
        return lines.Skip(1).Select(values =>
            (IReadOnlyDictionary<string, string>)lines[0].Zip(values).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>All lines, cut at the tabs: for tables without a header line.</summary>
    public IEnumerable<string[]> Lines() =>
        System.IO.File.ReadLines(Path).Where(line => line.Length > 0).Select(line => line.Split('\t'));
}
