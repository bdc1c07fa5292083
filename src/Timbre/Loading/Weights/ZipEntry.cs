namespace Timbre.Loading.Weights;

/// <summary>A member of a zip archive.</summary>
/// <param name="Name">Its name; only ever looked up, never a path.</param>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="PackedLength">Its bytes in the file.</param>
/// <param name="Length">Its bytes unpacked.</param>
internal sealed record ZipEntry(string Name, long Offset, long PackedLength, long Length)
{
    /// <summary>Whether the bytes are compressed by deflate; else they stand as they are.</summary>
    public required bool IsDeflated { get; init; }
}
