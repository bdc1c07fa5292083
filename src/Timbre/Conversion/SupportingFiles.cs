using System.IO.Enumeration;

namespace Timbre.Conversion;

/// <summary>The files that go along with the weights: tokenizers, voices, settings. Never weights, old or new.</summary>
internal static class SupportingFiles
{
    private static readonly string[] Patterns =
        ["*.py", "*.json", "*.yaml", "*.tiktoken", "*.model", "*.txt", "*.jinja", "*.wav", "*.pt", "*.safetensors"];

    private const int MaxDepth = 16;

    /// <summary>Their paths below the source folder, with slashes between.</summary>
    /// <param name="folder">The source.</param>
    /// <param name="weightFiles">The files that the weights were read from.</param>
    /// <param name="wholeFolders">Folders of which everything goes along.</param>
    public static IEnumerable<string> Find(string folder, IEnumerable<string> weightFiles, IReadOnlyList<string> wholeFolders)
    {
        HashSet<string> read = [.. weightFiles.Select(Path.GetFullPath)];
        return Below(folder, "", MaxDepth)
            .Where(name => !read.Contains(Path.GetFullPath(Path.Combine(folder, name))) && Belongs(name, wholeFolders))
            .Order(StringComparer.Ordinal);
    }

    private static bool Belongs(string path, IReadOnlyList<string> wholeFolders)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        bool inRoot = name == path;
        if (name.EndsWith(".safetensors.index.json", StringComparison.Ordinal))
            return false;
        if (inRoot && (path == "config.json" || Matches("model*.safetensors", name)))
            return false;
        return Patterns.Any(pattern => Matches(pattern, name))
            || wholeFolders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal));
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    /// <summary>
    /// All files. Hidden folders and folders behind links stay out: the one are tools' own, the other may lead in circles.
    /// </summary>
    private static IEnumerable<string> Below(string root, string folder, int depth)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos())
        {
            string path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (entry is not DirectoryInfo directory)
                yield return path;
            else if (depth > 0 && directory.LinkTarget is null && !entry.Name.StartsWith('.'))
            {
                foreach (string deeper in Below(root, path, depth - 1))
                    yield return deeper;
            }
        }
    }
}
