namespace Timbre.Hub;

/// <summary>Asks a disk for its room before much is written to it.</summary>
internal static class DiskSpace
{
    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows; ENOSPC and EDQUOT of Linux, which .NET gives as they are.
    private static readonly int[] FullCodes = [unchecked((int)0x80070070), unchecked((int)0x80070027), 28, 122];

    /// <summary>The bytes that the user may still write where the folder is or will be; null where that cannot be told.</summary>
    public static long? Free(string folder)
    {
        try
        {
            string? existing = Path.GetFullPath(folder);
            while (existing is not null && !Directory.Exists(existing))
                existing = Path.GetDirectoryName(existing);
            return existing is null ? null : new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether an error says that the disk is full.</summary>
    public static bool IsFull(IOException error) => FullCodes.Contains(error.HResult);
}
