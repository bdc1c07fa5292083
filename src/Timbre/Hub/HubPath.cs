using System.Buffers;

namespace Timbre.Hub;

/// <summary>
/// Paths that the Hub names: relative, with slashes. What would leave the folder, or mean something else on one of the systems that share a
/// cache, is refused on all of them.
/// </summary>
internal static class HubPath
{
    private const int LongestPath = 1024, LongestPart = 255;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|");

    // Windows takes these for devices, whatever the extension.
    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a path is refused; null where it is safe.</summary>
    public static string? Problem(string path)
    {
        if (path.Length is 0 or > LongestPath)
            return path.Length == 0 ? "it is empty" : $"it has more than {LongestPath} letters";
        if (path.Any(char.IsControl))
            return "it has a control character";
        if (path.AsSpan().ContainsAny(Forbidden))
            return "it has a backslash or another character that a system keeps for itself";
        foreach (string part in path.Split('/'))
        {
            if (part is "" or "." or "..")
                return "it is absolute, or has an empty part, '.' or '..'";
            if (part.Length > LongestPart || part[^1] is '.' or ' ' || part[0] == ' ')
                return "a part is too long, begins with a space, or ends with a dot or a space";
            if (Devices.Contains(part.Split('.')[0].TrimEnd()))
                return "a part is the name of a device";
        }
        return null;
    }

    /// <summary>The path of a file inside a folder.</summary>
    /// <exception cref="HubException">The path is refused.</exception>
    public static string Inside(string folder, string path)
    {
        if (Problem(path) is { } problem)
        {
            string shown = string.Concat(path.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter));
            throw new HubException(HubFailure.UnsafePath, $"the Hub names the file '{shown}', which is refused: {problem}.");
        }
        return Path.Combine([folder, .. path.Split('/')]);
    }
}
