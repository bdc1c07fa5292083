using System.Text;
using Timbre.Loading.Weights.Pickle;

namespace Timbre.Loading.Weights;

/// <summary>What <c>torch.save</c> wrote, taken apart: the object, and where the storages lie in the file.</summary>
/// <param name="Root">The object.</param>
/// <param name="Storages">Offset and bytes of each storage, by its key.</param>
internal sealed record TorchArchive(object? Root, IReadOnlyDictionary<string, (long Offset, long Length)> Storages)
{
    private const int MaxPickleLength = 64 << 20;
    private const string PickleName = "data.pkl";

    /// <summary>Whether a zip archive is of PyTorch.</summary>
    public static bool Matches(IReadOnlyDictionary<string, ZipEntry> members) => FindRoot(members) is not null;

    /// <summary>Reads the zip form: <c>ROOT/data.pkl</c> has the object, <c>ROOT/data/KEY</c> a storage, never compressed.</summary>
    /// <exception cref="WeightException">It is broken, or asks for what is not allowed.</exception>
    public static TorchArchive Read(MappedFile file, IReadOnlyDictionary<string, ZipEntry> members)
    {
        string root = FindRoot(members)!;
        if (members.ContainsKey($"{root}constants.pkl"))
        {
            throw new WeightException($"{file.Name}: is a TorchScript program, which Timbre does not run. "
                + "Save its state_dict as safetensors with PyTorch, or name a repository that has the weights alone.");
        }
        if (members.TryGetValue($"{root}byteorder", out ZipEntry? order) && order.PackedLength < 16
            && Encoding.ASCII.GetString(file.Span(order.Offset, order.PackedLength)) != "little")
            throw BigEndian(file.Name);
        ZipEntry pickle = Stored(file.Name, members[$"{root}{PickleName}"]);
        object? value = PickleReader.Read(PickleBytes(file, pickle.Offset, pickle.Length), file.Name, TorchClasses.LoadStorage, out _);
        string prefix = $"{root}data/";
        Dictionary<string, (long, long)> storages = members.Values.Where(member => member.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(member => member.Name[prefix.Length..], member => (Stored(file.Name, member).Offset, member.Length));
        return new TorchArchive(value, storages);
    }

    /// <summary>The pickle that stands at that place; what is beyond the limit cannot be one of weights.</summary>
    public static ReadOnlySpan<byte> PickleBytes(MappedFile file, long offset, long length) =>
        file.Span(offset, Math.Min(length, MaxPickleLength));

    /// <summary>The error about a file of a big-endian machine.</summary>
    public static WeightException BigEndian(string fileName) =>
        new($"{fileName}: was saved on a big-endian machine. Save it again on another one, or as safetensors.");

    private static string? FindRoot(IReadOnlyDictionary<string, ZipEntry> members)
    {
        string? pickle = members.Keys.Where(name => name == PickleName || name.EndsWith($"/{PickleName}", StringComparison.Ordinal))
            .MinBy(name => name.Length);
        return pickle?[..^PickleName.Length];
    }

    private static ZipEntry Stored(string fileName, ZipEntry member) => !member.IsDeflated ? member
        : throw new WeightException(
            $"{fileName}: '{member.Name}' is compressed, which PyTorch never does. Save it again, or as safetensors.");
}
