namespace Timbre.Audio;

/// <summary>A file of our own that only this user can read and that is gone when disposed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private const int CopyBytes = 1 << 16;

    private TemporaryFile(string folder) => Path = System.IO.Path.Combine(folder, $".timbre-{System.IO.Path.GetRandomFileName()}");

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>A name that no file has, in the system's temporary folder or another one.</summary>
    public static TemporaryFile Reserve(string? folder = null) => new(folder ?? System.IO.Path.GetTempPath());

    /// <summary>Copies a stream, from where it stands to its end.</summary>
    /// <exception cref="AudioFormatException">It is longer than allowed.</exception>
    public static async Task<TemporaryFile> CopyAsync(Stream source, long maximumBytes, string name, CancellationToken cancellationToken)
    {
        var file = Reserve();
        try
        {
            await using var target = file.Create();
            var buffer = new byte[CopyBytes];
            // A read of a console or a pipe that nobody writes to does not heed the token: the wait for it does.
            for (var total = 0L; await source.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false) is > 0 and var read;)
            {
                total += read;
                if (total > maximumBytes)
                    throw new AudioFormatException($"{name} is longer than the {maximumBytes} bytes allowed: raise the limit or cut it");
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens it for writing, and reading back.</summary>
    /// <param name="isShared">Whether it has the usual permissions, since it will become somebody's file.</param>
    public FileStream Create(bool isShared = false)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = CopyBytes,
        };
        if (!isShared && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path, options);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}
