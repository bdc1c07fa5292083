using System.IO.Enumeration;

namespace Timbre.Cli;

/// <summary>Turns the names on the command line into files: shells that leave globs alone, or quoted ones, are helped.</summary>
internal static class InputFiles
{
    /// <summary>Standard input.</summary>
    public const string Standard = "-";

    private const string AnyFolders = "**";

    /// <summary>Each name as it stands, or, where no such file is, as the pattern that it is: <c>*</c>, <c>?</c>, and <c>**</c> for any folders.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there under a name.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> names)
    {
        var files = new List<string>();
        foreach (string name in names)
        {
            if (name == Standard || File.Exists(name))
                files.Add(name);
            else if (Directory.Exists(name))
                throw new IOException($"{name}: is a folder. Name files, or a pattern such as {Path.Combine(name, "*.wav")}.");
            else if (name.AsSpan().ContainsAny('*', '?'))
                files.AddRange(Match(name));
            else
                throw new FileNotFoundException($"{name}: no such file.");
        }
        return [.. files.Distinct()];
    }

    private static string[] Match(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        string[] parts = pattern[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> folders = [root];
        foreach (string part in parts[..^1])
            folders = folders.SelectMany(folder => Folders(folder, part)).Distinct();
        string[] files = [.. folders.SelectMany(folder => Names(folder, parts[^1], Directory.EnumerateFiles)).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new FileNotFoundException($"{pattern}: no file matches.");
    }

    private static IEnumerable<string> Folders(string folder, string part) => part switch
    {
        AnyFolders => Names(folder, "*", Directory.EnumerateDirectories).SelectMany(inner => Folders(inner, part)).Prepend(folder),
        "." or ".." => [Path.Combine(folder, part)],
        _ => Names(folder, part, Directory.EnumerateDirectories),
    };

    // As in shells, a wildcard does not stand for the dot of a hidden name.
    private static IEnumerable<string> Names(string folder, string pattern, Func<string, IEnumerable<string>> list)
    {
        if (folder.Length > 0 && !Directory.Exists(folder))
            return [];
        return list(folder.Length > 0 ? folder : ".")
            .Select(path => Path.GetFileName(path))
            .Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: OperatingSystem.IsWindows())
                && (name[0] != '.' || pattern[0] == '.'))
            .Select(name => Path.Combine(folder, name));
    }
}
