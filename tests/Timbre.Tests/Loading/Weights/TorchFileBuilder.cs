using static Timbre.Tests.Loading.Weights.PickleWriter;

namespace Timbre.Tests.Loading.Weights;

/// <summary>Writes what <c>torch.save</c> writes, in the zip form and in the one before 1.6.</summary>
internal sealed class TorchFileBuilder
{
    private static readonly Named RebuildTensor = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly Named OrderedDictionary = new("collections", "OrderedDict");

    private readonly List<(string Key, int ElementSize, byte[] Bytes)> _storages = [];

    /// <summary>A storage of that class with those bytes; gives what stands for it in the pickle.</summary>
    public Persistent Storage(string type, int elementSize, byte[] bytes, long? claimedCount = null)
    {
        string key = $"{_storages.Count}";
        _storages.Add((key, elementSize, bytes));
        return new Persistent(new object?[] { "storage", new Named("torch", type), key, "cpu", claimedCount ?? bytes.Length / elementSize });
    }

    /// <summary>A view of a storage.</summary>
    public static Call View(Persistent storage, long offset, long[] shape, long[] strides) =>
        new(RebuildTensor, storage, offset, Tuple(shape), Tuple(strides), false, new Call(OrderedDictionary));

    /// <summary>A float32 tensor with a storage of its own.</summary>
    public Call Floats(long[] shape, params float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return View(Storage("FloatStorage", sizeof(float), bytes), 0, shape, Rows(shape));
    }

    /// <summary>The strides of values that lie row after row.</summary>
    public static long[] Rows(long[] shape)
    {
        var strides = new long[shape.Length];
        long next = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
            (strides[axis], next) = (next, next * Math.Max(shape[axis], 1));
        return strides;
    }

    /// <summary>The zip form of a value.</summary>
    public byte[] Build(object? root, string folder = "archive", bool isZip64 = false) => BuildPickle(PickleWriter.Dump(root), folder, isZip64);

    /// <summary>The zip form of a pickle.</summary>
    public byte[] BuildPickle(byte[] pickle, string folder = "archive", bool isZip64 = false)
    {
        ZipBuilder zip = new ZipBuilder(isZip64).Add($"{folder}/data.pkl", pickle, align: 64).Add($"{folder}/byteorder", "little"u8.ToArray(), align: 64);
        foreach ((string key, _, byte[] bytes) in _storages)
            zip.Add($"{folder}/data/{key}", bytes, align: 64);
        return zip.Add($"{folder}/version", "3\n"u8.ToArray(), align: 64).Build();
    }

    /// <summary>The form before 1.6 of a value.</summary>
    public byte[] BuildLegacy(object? root, bool isLittleEndian = true)
    {
        var file = new MemoryStream();
        file.Write([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']);
        file.Write([0x80, 2, (byte)'M', 0xe9, 0x03, (byte)'.']);
        file.Write(PickleWriter.Dump(new Dictionary<string, object?> { ["protocol_version"] = 1001, ["little_endian"] = isLittleEndian }));
        file.Write(PickleWriter.Dump(root));
        file.Write(PickleWriter.Dump(_storages.Select(storage => (object?)storage.Key).ToList()));
        foreach ((_, int size, byte[] bytes) in _storages)
        {
            file.Write(BitConverter.GetBytes((long)bytes.Length / size));
            file.Write(bytes);
        }
        return file.ToArray();
    }

    private static object?[] Tuple(long[] numbers) => [.. numbers.Select(number => (object?)number)];
}
