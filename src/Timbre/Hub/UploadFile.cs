namespace Timbre.Hub;

/// <summary>A file of a folder that is uploaded.</summary>
/// <param name="Path">Its path in the repository, with slashes.</param>
/// <param name="LocalPath">Where it is.</param>
/// <param name="Size">Its bytes.</param>
internal sealed record UploadFile(string Path, string LocalPath, long Size)
{
    /// <summary>Whether the Hub wants it in LFS.</summary>
    public bool IsLfs { get; init; }

    /// <summary>Its hash: SHA-256 in LFS, else git's.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Opens it; others may read it meanwhile, and nobody may write it.</summary>
    public FileStream Open() => new(LocalPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
}
