using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>A safetensors file, memory-mapped: a tensor's bytes are read when it is asked for, once.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private SafetensorsFile(string path, MemoryMappedFile map, MemoryMappedViewAccessor view, byte* start, long length)
    {
        Name = Path.GetFileName(path);
        _map = map;
        _view = view;
        _start = start;
        int headerLength = SafetensorsHeader.ReadLength(new ReadOnlySpan<byte>(start, 10), length, Name);
        (Entries, Metadata) = SafetensorsHeader.Parse(new ReadOnlySpan<byte>(start, 8 + headerLength), length, Name);
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps the file and checks its header.</summary>
    /// <exception cref="WeightException">The file cannot be opened or breaks the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        MemoryMappedFile? map = null;
        MemoryMappedViewAccessor? view = null;
        byte* start = null;
        try
        {
            handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            SafetensorsHeader.CheckFileLength(length, Path.GetFileName(path));
            map = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return new SafetensorsFile(path, map, view, start + view.PointerOffset, length);
        }
        catch (Exception error)
        {
            // The view keeps the file mapped as long as somebody has its address.
            if (start is not null)
                view!.SafeMemoryMappedViewHandle.ReleasePointer();
            view?.Dispose();
            map?.Dispose();
            handle?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw new WeightException($"{path}: cannot be opened: {error.Message}", error);
            throw;
        }
    }

    /// <summary>The bytes of a tensor where the file is mapped; at most 2 GiB.</summary>
    public ReadOnlySpan<byte> Bytes(TensorEntry entry)
    {
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        return new(_start + entry.Offset, checked((int)entry.Length));
    }

    /// <summary>A new tensor on the CPU with the values of the file, in the file's type.</summary>
    public Tensor Read(TensorEntry entry)
    {
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        Tensor tensor = empty(entry.Shape, dtype: entry.Type.ScalarType);
        if (entry.Length > 0)
        {
            // A span ends at 2 GiB: take the address from one element.
            using Tensor flat = tensor.view(-1);
            using Tensor first = flat.narrow(0, 0, 1);
            fixed (byte* target = first.bytes)
                Buffer.MemoryCopy(_start + entry.Offset, target, entry.Length, entry.Length);
        }
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed)
            return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
