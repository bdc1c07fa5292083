namespace Timbre.Hub;

/// <summary>A model's repository in the cache.</summary>
/// <param name="Name">Its name, <c>owner/name</c>.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Size">Bytes on disk: each content once, downloads that were not finished among them.</param>
/// <param name="LastUsed">When a content was last read, as far as the disk keeps that.</param>
/// <param name="Revisions">Its commits, the newest first.</param>
public sealed record CachedRepository(
    string Name, string Folder, long Size, DateTimeOffset LastUsed, IReadOnlyList<CachedRevision> Revisions);
