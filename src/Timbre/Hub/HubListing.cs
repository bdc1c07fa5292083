namespace Timbre.Hub;

/// <summary>The files of a repository at one commit.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Revision">What was asked for: a branch, a tag or the commit.</param>
/// <param name="Commit">The commit, 40 hexadecimal digits.</param>
/// <param name="Files">Its files, by path.</param>
/// <param name="IsWhole">Whether these are all files of the commit: not where they were counted in a cache without a listing.</param>
/// <param name="Unreachable">Why the Hub could not be asked, where the cache answered for it.</param>
internal sealed record HubListing(
    string Repository, string Revision, string Commit, IReadOnlyDictionary<string, HubFile> Files, bool IsWhole = true,
    HubException? Unreachable = null)
{
    /// <summary>The files that fit one of the patterns, in the order of their paths; all of them where there is no pattern.</summary>
    public IReadOnlyList<HubFile> Matching(IReadOnlyList<string>? patterns)
    {
        GlobPattern? glob = patterns is null ? null : new GlobPattern(patterns);
        return [.. Files.Values.Where(file => glob?.Matches(file.Path) ?? true).OrderBy(file => file.Path, StringComparer.Ordinal)];
    }
}
