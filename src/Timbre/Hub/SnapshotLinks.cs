namespace Timbre.Hub;

/// <summary>
/// Puts content under its name into a snapshot: a relative link to the blob where the disk can hold links, else the file itself, as
/// <c>huggingface_hub</c> does (<c>_create_symlink</c>) on Windows without the right to make links.
/// </summary>
/// <param name="cacheFolder">The cache, which is tried for links once.</param>
/// <param name="wanted">Whether links are wanted at all.</param>
internal sealed class SnapshotLinks(string cacheFolder, bool wanted)
{
    private readonly Lazy<bool> _supported = new(() => wanted && CanLink(cacheFolder));

    /// <summary>Whether snapshots link to their content.</summary>
    public bool AreUsed => _supported.Value;

    /// <summary>Makes the name stand for the blob, in place of what it stood for.</summary>
    /// <param name="blob">The content.</param>
    /// <param name="pointer">The name in the snapshot.</param>
    /// <param name="temporary">A path on the same disk to make it at first.</param>
    /// <param name="isNew">Whether no other snapshot can have the blob, so that it may be moved rather than copied.</param>
    public void Place(string blob, string pointer, string temporary, bool isNew)
    {
        string folder = Path.GetDirectoryName(pointer)!;
        Directory.CreateDirectory(folder);
        if (AreUsed)
            File.CreateSymbolicLink(temporary, Path.GetRelativePath(folder, blob));
        else if (isNew)
            temporary = blob;
        else
            File.Copy(blob, temporary);
        File.Move(temporary, pointer, overwrite: true);
    }

    private static bool CanLink(string folder)
    {
        Directory.CreateDirectory(folder);
        string link = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            File.CreateSymbolicLink(link, "target");
            File.Delete(link);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }
}
