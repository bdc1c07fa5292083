namespace Timbre.Hub;

/// <summary>A file of a repository at one commit.</summary>
/// <param name="Path">Its path, with slashes, as the Hub names it.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="BlobId">
/// SHA-1 of the git object: of the file, or of the pointer to it where it is in LFS. Null in a cache without a listing.
/// </param>
/// <param name="Sha256">SHA-256 of the file where it is in LFS.</param>
internal sealed record HubFile(string Path, long Size, string? BlobId, string? Sha256 = null)
{
    /// <summary>The name of its content in the cache: what the Hub sends as <c>ETag</c> or <c>X-Linked-Etag</c>.</summary>
    public string? Etag => Sha256 ?? BlobId;
}
