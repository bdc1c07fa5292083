namespace Timbre.Hub;

/// <summary>One commit of a repository in the cache.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Names">The branches and tags that were at it when they were last asked for.</param>
/// <param name="Folder">The folder of its files.</param>
/// <param name="Files">How many it has.</param>
/// <param name="Size">Bytes of its contents, which other commits may share.</param>
/// <param name="LastChanged">When its newest file was made.</param>
public sealed record CachedRevision(
    string Commit, IReadOnlyList<string> Names, string Folder, int Files, long Size, DateTimeOffset LastChanged)
{
    /// <summary>The branch or tag, else the first digits of the commit: a name short enough for a list.</summary>
    public string ShortName => Names.Count > 0 ? string.Join(", ", Names) : Commit[..Math.Min(7, Commit.Length)];
}
