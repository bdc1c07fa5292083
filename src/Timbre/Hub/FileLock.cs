namespace Timbre.Hub;

/// <summary>
/// A lock between processes, the same as Python's <c>filelock</c> takes: <c>flock</c> of the whole file on Unix, which is what
/// <see cref="FileShare.None"/> does there, and the first byte of the file on Windows, as <c>msvcrt.locking</c>.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until the lock is free, and takes it.</summary>
    /// <param name="path">The file that stands for the lock; made where it is missing, and left behind.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<FileLock> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } taken)
                return taken;
            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock; null where another has it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        FileStream? file = null;
        try
        {
            bool isNew = !File.Exists(path);
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = OperatingSystem.IsWindows() ? FileShare.ReadWrite | FileShare.Delete : FileShare.None,
                BufferSize = 0,
            });
            if (OperatingSystem.IsWindows())
                file.Lock(0, 1);
            else if (isNew)
                File.SetUnixFileMode(file.SafeFileHandle, Mode);
            // Newer versions of filelock delete the file when they let go: a lock on a deleted one is none.
            if (File.Exists(path))
                return new FileLock(file);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException) && !DiskSpace.IsFull(error))
        {
            // Another has it.
        }
        file?.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
            _file.Unlock(0, 1);
        _file.Dispose();
    }
}
