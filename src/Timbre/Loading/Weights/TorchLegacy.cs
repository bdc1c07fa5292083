using System.Buffers.Binary;
using System.Numerics;
using Timbre.Loading.Weights.Pickle;

namespace Timbre.Loading.Weights;

/// <summary>
/// Reads what PyTorch wrote before 1.6: five pickles (a magic number, a version, the machine, the object, the keys of the storages), then
/// the storages, each after the number of its elements.
/// </summary>
internal static class TorchLegacy
{
    private const long Version = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, null);

    /// <summary>The first pickle, in protocol 2 as torch always writes it.</summary>
    private static readonly byte[] MagicPickle = [0x80, 2, 0x8a, 10, .. Magic.ToByteArray(), (byte)'.'];

    /// <summary>Whether a file that begins so is one.</summary>
    public static bool Matches(ReadOnlySpan<byte> start) => start.StartsWith(MagicPickle);

    /// <summary>Reads it.</summary>
    /// <exception cref="WeightException">It is broken, or asks for what is not allowed.</exception>
    public static TorchArchive Read(MappedFile file)
    {
        long at = MagicPickle.Length;
        var elementSizes = new Dictionary<string, int>(StringComparer.Ordinal);
        if (Next(file, ref at) is not Version)
            throw Broken(file, "its version is unknown");
        if (Next(file, ref at) is not PickleDictionary machine || !machine.ByText().TryGetValue("little_endian", out object? isLittle))
            throw Broken(file, "it does not tell the machine that wrote it");
        if (isLittle is false)
            throw TorchArchive.BigEndian(file.Name);
        object? root = Next(file, ref at, id =>
        {
            TorchStorage storage = TorchClasses.LoadStorage(id);
            elementSizes[storage.Key] = storage.Type.Size;
            return storage;
        });
        if (Next(file, ref at) is not List<object?> keys)
            throw Broken(file, "it does not list its storages");
        var storages = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        foreach (object? key in keys)
        {
            if (key is not string name || !elementSizes.TryGetValue(name, out int size) || file.Length - at < sizeof(long))
                throw Broken(file, "its storages do not fit its tensors");
            long count = BinaryPrimitives.ReadInt64LittleEndian(file.Span(at, sizeof(long)));
            at += sizeof(long);
            if (count < 0 || count > (file.Length - at) / size || !storages.TryAdd(name, (at, count * size)))
                throw Broken(file, $"its storage '{name}' claims {count} elements");
            at += count * size;
        }
        return new TorchArchive(root, storages);
    }

    private static object? Next(MappedFile file, ref long at, Func<object?, object?>? loadPersistent = null)
    {
        object? value = PickleReader.Read(
            TorchArchive.PickleBytes(file, at, file.Length - at), file.Name,
            loadPersistent ?? (_ => throw new FormatException("it has a tensor where none belongs")), out int length);
        at += length;
        return value;
    }

    private static WeightException Broken(MappedFile file, string what) =>
        new($"{file.Name}: not a whole PyTorch file: {what}. Download it again, or convert it to safetensors.");
}
