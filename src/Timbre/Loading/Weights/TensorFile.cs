using System.Text.Json;
using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>A file of named tensors, memory-mapped: a tensor's bytes are read when it is asked for, once.</summary>
/// <param name="map">The file, which becomes this object's own.</param>
internal abstract class TensorFile(MappedFile map) : IDisposable
{
    /// <summary>What files that are taken for weights begin with, and what is to be done with them.</summary>
    private static readonly (byte[] Magic, string What)[] Others =
    [
        ("version https://git-lfs"u8.ToArray(), "a pointer of Git LFS, not the file that it stands for. Fetch that with 'git lfs pull'"),
        ("<"u8.ToArray(), "a web page. Download the file itself"),
        ("GGUF"u8.ToArray(), "a GGUF file, which is not read. Name a repository with safetensors"),
        ([0x89, .. "HDF"u8], "an HDF5 file, which is not read. Name a repository with safetensors"),
        ([0x93, .. "NUMPY"u8], "a single array of numpy. Save it by its name in an .npz or as safetensors"),
        ([0x80], "a pickle of something else than PyTorch, which is not read. Convert it to safetensors with the program that wrote it"),
    ];

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

    /// <summary>The values of a tensor, row after row: where the file is mapped if they lie there so; at most 2 GiB.</summary>
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
        if (TorchLegacy.Matches(start))
            return new TorchFile(map, TorchLegacy.Read(map));
        if (ZipDirectory.IsZip(start))
            return ReadZip(map);
        // A safetensors file begins with a length, which may be any bytes, and a brace.
        if (start is not [_, _, _, _, _, _, _, _, (byte)'{', ..])
        {
            foreach ((byte[] magic, string what) in Others)
            {
                if (start.StartsWith(magic))
                    throw new WeightException($"{map.Name}: is {what}.");
            }
        }
        return new SafetensorsFile(map);
    }

    private static TensorFile ReadZip(MappedFile map)
    {
        IReadOnlyDictionary<string, ZipEntry> members = ZipDirectory.Read(map);
        return TorchArchive.Matches(members) ? new TorchFile(map, TorchArchive.Read(map, members))
            : NpzFile.Matches(members) ? new NpzFile(map, members)
            : throw new WeightException($"{map.Name}: is a zip archive without tensors. Unpack it and name the file that has the weights.");
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
            try
            {
                fixed (byte* target = first.bytes)
                    CopyTo(entry, target, length);
            }
            catch
            {
                tensor.Dispose();
                throw;
            }
        }
        return tensor;
    }
}
