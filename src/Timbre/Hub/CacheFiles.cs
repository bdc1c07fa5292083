using System.IO.Enumeration;

namespace Timbre.Hub;

/// <summary>
/// Looks through folders of the cache. Links to files are what it is made of; links to folders are not its own, and not followed.
/// </summary>
internal static class CacheFiles
{
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        MaxRecursionDepth = 32,
        IgnoreInaccessible = true,
    };

    /// <summary>All files below a folder, links among them.</summary>
    public static IEnumerable<FileInfo> In(string folder) =>
        new FileSystemEnumerable<FileInfo>(folder, (ref FileSystemEntry entry) => (FileInfo)entry.ToFileSystemInfo(), Options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

    /// <summary>What a file is or links to; null for a link that leads to nothing.</summary>
    public static FileInfo? ContentOf(FileInfo file) => file.LinkTarget is null
        ? (file.Exists ? file : null)
        : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target : null;

    /// <summary>The path below a folder, with slashes.</summary>
    public static string NameIn(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
