namespace Timbre.Tests.Golden;

/// <summary>A folder of recorded cases: <c>family/case/case.json</c>, one folder deeper where that has no case.json, and tables.</summary>
internal sealed class GoldenFolder
{
    public GoldenFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(Path))
            throw new DirectoryNotFoundException($"there is no folder {Path}");
    }

    public string Path { get; }

    public IEnumerable<string> Families => Directory.EnumerateDirectories(Path).Select(Name).Order(StringComparer.Ordinal);

    /// <summary>The cases of a family, named from the whole folder: <c>kokoro/real/hello</c>.</summary>
    public IEnumerable<string> Cases(string family) => Folders(family)
        .Where(folder => File.Exists(System.IO.Path.Combine(Path, folder, "case.json"))).Order(StringComparer.Ordinal);

    /// <summary>The tables of a family, named from its folder: <c>en_us.tsv</c>, <c>real/whisper-base.json</c>.</summary>
    public IEnumerable<string> Tables(string family) =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Path, family), "*.tsv").Select(Name)
            .Concat(Folders(family)
                .Where(folder => !File.Exists(System.IO.Path.Combine(Path, folder, "case.json")))
                .SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Path, folder), "*.json")
                    .Select(file => folder[(family.Length + 1)..] + "/" + Name(file))))
            .Order(StringComparer.Ordinal);

    /// <summary>A file or folder of the real data: beside this folder (<c>../real</c>) or where TIMBRE_REAL says.</summary>
    public string Real(string name)
    {
        string?[] roots = [Environment.GetEnvironmentVariable("TIMBRE_REAL"), System.IO.Path.Combine(Path, "..", "real")];
        string[] places = [.. roots.Where(root => !string.IsNullOrEmpty(root)).Select(root => System.IO.Path.GetFullPath(System.IO.Path.Combine(root!, name)))];
        return places.FirstOrDefault(System.IO.Path.Exists)
            ?? throw new FileNotFoundException($"'{name}' of the real data is at none of {string.Join(", ", places)}; set TIMBRE_REAL to its folder");
    }

    private IEnumerable<string> Folders(string family)
    {
        foreach (string folder in Below(family))
        {
            yield return folder;
            if (!File.Exists(System.IO.Path.Combine(Path, folder, "case.json")))
            {
                foreach (string deeper in Below(folder))
                    yield return deeper;
            }
        }
    }

    private IEnumerable<string> Below(string folder) => Directory.EnumerateDirectories(System.IO.Path.Combine(Path, folder))
        .Select(Name).Where(name => name is not ("models" or "files")).Select(name => folder + "/" + name);

    private static string Name(string path) => System.IO.Path.GetFileName(path);
}
