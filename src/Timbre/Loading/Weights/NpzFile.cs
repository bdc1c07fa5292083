using System.IO.Compression;
using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>An archive of numpy arrays, stored (mapped) or deflated (unpacked when read).</summary>
internal sealed class NpzFile : TensorFile
{
    private const string Extension = ".npy";

    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ZipEntry Member, int HeaderLength)> _deflated = new(StringComparer.Ordinal);

    /// <summary>Checks the headers of the arrays.</summary>
    /// <param name="map">The file, which becomes this object's own.</param>
    /// <param name="members">What the archive holds.</param>
    /// <exception cref="WeightException">An array is broken or of a type that is not read.</exception>
    public NpzFile(MappedFile map, IReadOnlyDictionary<string, ZipEntry> members) : base(map)
    {
        foreach (ZipEntry member in members.Values.Where(member => member.Name.EndsWith(Extension, StringComparison.Ordinal)))
        {
            string name = member.Name[..^Extension.Length];
            try
            {
                _entries.Add(name, ReadEntry(name, member));
            }
            catch (Exception error) when (error is FormatException or InvalidDataException)
            {
                throw new WeightException(
                    $"{Name}: '{name}' cannot be read: {error.Message}. Convert it to safetensors, or download it again.", error);
            }
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>Whether an archive is one of arrays.</summary>
    public static bool Matches(IReadOnlyDictionary<string, ZipEntry> members) =>
        members.Keys.Any(name => name.EndsWith(Extension, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Bytes(TensorEntry entry)
    {
        if (!_deflated.ContainsKey(entry.Name))
            return base.Bytes(entry);
        using Tensor tensor = Read(entry);
        return tensor.bytes.ToArray();
    }

    /// <inheritdoc/>
    protected override unsafe void CopyTo(TensorEntry entry, byte* target, long length)
    {
        if (!_deflated.TryGetValue(entry.Name, out (ZipEntry Member, int HeaderLength) packed))
        {
            base.CopyTo(entry, target, length);
            return;
        }
        try
        {
            using Stream stream = Inflate(packed.Member);
            stream.ReadExactly(new byte[packed.HeaderLength]);
            for (long done = 0; done < length;)
            {
                int part = (int)Math.Min(length - done, 1 << 20);
                stream.ReadExactly(new Span<byte>(target + done, part));
                done += part;
            }
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw new WeightException($"{Name}: '{entry.Name}' cannot be unpacked: {error.Message}. Download it again.", error);
        }
    }

    private TensorEntry ReadEntry(string name, ZipEntry member)
    {
        NpyHeader header = NpyHeader.Parse(Start(member));
        long length = TensorEntry.ByteCount(header.Shape, header.Type.Size);
        long actual = member.Length - header.Length;
        if (length != actual)
            throw new FormatException($"it is {header.Type.Name} [{string.Join(", ", header.Shape)}] but has {actual} bytes");
        if (member.IsDeflated)
            _deflated.Add(name, (member, header.Length));
        var entry = new TensorEntry(name, header.Type, header.Shape, member.Offset + header.Length, length);
        bool isTurned = header.IsColumnMajor && length > 0 && header.Shape.Count(size => size > 1) > 1;
        return isTurned ? entry with { Strides = ColumnStrides(header.Shape) } : entry;
    }

    private ReadOnlySpan<byte> Start(ZipEntry member)
    {
        long length = Math.Min(member.Length, NpyHeader.MaxLength);
        if (!member.IsDeflated)
            return Map.Span(member.Offset, length);
        using Stream stream = Inflate(member);
        var start = new byte[length];
        return start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
    }

    private DeflateStream Inflate(ZipEntry member) => new(Map.OpenStream(member.Offset, member.PackedLength), CompressionMode.Decompress);

    private static long[] ColumnStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        long next = 1;
        for (int axis = 0; axis < shape.Length; axis++)
            (strides[axis], next) = (next, next * shape[axis]);
        return strides;
    }
}
