using System.Text.Json;
using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>A file of named tensors, memory-mapped: a tensor's bytes are read when it is asked for, once.</summary>
/// <param name="map">The file, which becomes this object's own.</param>
internal abstract class TensorFile(MappedFile map) : IDisposable
{
    /// <summary>The file's name, for messages.</summary>
    public string Name => map.Name;

    /// <summary>The tensors by name.</summary>
    public abstract IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The settings that the file carries beside its tensors, an object; null where it carries none.</summary>
    public virtual JsonElement? Settings => null;

    /// <summary>The file's bytes.</summary>
    protected MappedFile Map => map;

    /// <summary>Maps the file and checks it; its first bytes tell what it is, never its name.</summary>
    /// <exception cref="WeightException">The file cannot be opened, breaks its format, or is of none that is read.</exception>
    public static TensorFile Open(string path)
    {
        MappedFile map = MappedFile.Open(path);
        try
        {
            if (NemoArchive.Matches(map.Span(0, Math.Min(map.Length, NemoArchive.MagicLength))))
            {
                map.Dispose();
                map = NemoArchive.OpenWeights(path);
            }
            return Read(map);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>The values of a tensor, row after row, in the file's type: where the file is mapped if they lie there so; at most 2 GiB.</summary>
    public virtual ReadOnlySpan<byte> Bytes(TensorEntry entry)
    {
        if (entry.Strides is null)
            return map.Span(entry.Offset, entry.Length);
        using Tensor tensor = Read(entry);
        return tensor.bytes.ToArray();
    }

    /// <summary>A new tensor on the CPU with the values of the file, in the file's type.</summary>
    public virtual Tensor Read(TensorEntry entry)
    {
        if (entry.Strides is null)
            return Copy(entry, entry.Shape);
        // All from the tensor's first element to its last, of which the strides choose.
        using Tensor stretch = Copy(entry, [entry.Reach]);
        using Tensor view = stretch.as_strided(entry.Shape, entry.Strides);
        return view.contiguous();
    }

    /// <inheritdoc/>
    public void Dispose() => map.Dispose();

    private static TensorFile Read(MappedFile map)
    {
        ReadOnlySpan<byte> start = map.Span(0, Math.Min(map.Length, 64));
        if (ZipDirectory.IsZip(start))
        {
            IReadOnlyDictionary<string, ZipEntry> members = ZipDirectory.Read(map);
            return TorchArchive.Matches(members) ? new TorchFile(map, TorchArchive.Read(map, members))
                : NpzFile.Matches(members) ? new NpzFile(map, members)
                : throw new WeightException($"{map.Name}: is a zip archive without tensors. Unpack it and name the file that has the weights.");
        }
        return TorchLegacy.Matches(start) ? new TorchFile(map, TorchLegacy.Read(map)) : new SafetensorsFile(map);
    }

    /// <summary>Copies bytes from the tensor's first one on.</summary>
    protected virtual unsafe void CopyTo(TensorEntry entry, byte* target, long length) => map.CopyTo(entry.Offset, target, length);

    private unsafe Tensor Copy(TensorEntry entry, long[] shape)
    {
        Tensor tensor = empty(shape, dtype: entry.Type.ScalarType);
        long length = tensor.numel() * entry.Type.Size;
        if (length > 0)
        {
            // A span ends at 2 GiB: take the address from one element.
            using Tensor flat = tensor.view(-1);
            using Tensor first = flat.narrow(0, 0, 1);
            fixed (byte* target = first.bytes)
                CopyTo(entry, target, length);
        }
        return tensor;
    }
}
