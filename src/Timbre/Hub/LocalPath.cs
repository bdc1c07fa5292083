namespace Timbre.Hub;

/// <summary>Paths as users write them.</summary>
internal static class LocalPath
{
    /// <summary>A leading <c>~</c> is the user's folder.</summary>
    public static string ExpandHome(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal)
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[1..])
            : path;

    /// <summary>Whether a name is meant as a path: it begins with <c>.</c>, <c>/</c>, <c>~</c> or a drive, or has a backslash.</summary>
    public static bool LooksLocal(string name) =>
        name.Length > 0 && (name[0] is '.' or '/' or '~' || name.Contains('\\', StringComparison.Ordinal)
            || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0])));
}
