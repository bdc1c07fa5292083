namespace Timbre.Loading;

/// <summary>Reads files whose length is checked first: that of the file, not of the link to it that a snapshot of the Hub holds.</summary>
internal static class BoundedFile
{
    /// <summary>The bytes that a file has, or what it links to.</summary>
    public static long LengthOf(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }

    /// <summary>The whole file; null where it has more bytes than that.</summary>
    public static byte[]? TryRead(string path, long most) => LengthOf(path) <= most ? File.ReadAllBytes(path) : null;
}
