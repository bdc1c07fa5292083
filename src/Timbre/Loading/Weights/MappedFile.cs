using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Timbre.Loading.Weights;

/// <summary>A file, or a stretch of one, in memory: mapped, so that only the pages that are looked at are read.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _isDisposed;

    private MappedFile(SafeFileHandle handle, string name, long offset, long? length)
    {
        (_handle, Name) = (handle, name);
        long fileLength = RandomAccess.GetLength(handle);
        Length = length ?? fileLength - offset;
        if (offset < 0 || Length < 0 || Length > fileLength - offset)
            throw new WeightException($"{name}: {Length} bytes at {offset} are not in the file's {fileLength}. Download it again.");
        if (fileLength == 0)
            return;
        _map = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            _view = _map.CreateViewAccessor(0, fileLength, MemoryMappedFileAccess.Read);
            // The view keeps the file mapped as long as somebody has its address.
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _start = start + _view.PointerOffset + offset;
        }
        catch
        {
            _view?.Dispose();
            _map.Dispose();
            throw;
        }
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Maps a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="name">What to call it; null takes the file's name.</param>
    /// <param name="offset">Where the stretch of interest begins.</param>
    /// <param name="length">Its bytes; null for all to the file's end.</param>
    /// <param name="options">How to open it, such as <see cref="FileOptions.DeleteOnClose"/>.</param>
    /// <exception cref="WeightException">It cannot be opened, or the stretch is not in it.</exception>
    public static MappedFile Open(
        string path, string? name = null, long offset = 0, long? length = null, FileOptions options = FileOptions.None)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, options: options);
            return new MappedFile(handle, name ?? Path.GetFileName(path), offset, length);
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw new WeightException($"{path}: cannot be opened: {error.Message}", error);
            throw;
        }
    }

    /// <summary>Some of the bytes; at most 2 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all in the file.</exception>
    public ReadOnlySpan<byte> Span(long offset, long length) => new(At(offset, length), checked((int)length));

    /// <summary>Copies bytes, however many, to an address that has room for them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all in the file.</exception>
    public void CopyTo(long offset, byte* target, long length) => Buffer.MemoryCopy(At(offset, length), target, length, length);

    /// <summary>A stream over some of the bytes; it ends with the file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all in the file.</exception>
    public Stream OpenStream(long offset, long length) => new UnmanagedMemoryStream(At(offset, length), length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _map?.Dispose();
        _handle.Dispose();
    }

    private byte* At(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (offset < 0 || length < 0 || length > Length - offset)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{Name}: {length} bytes at {offset} are not in its {Length}.");
        return _start + offset;
    }
}
