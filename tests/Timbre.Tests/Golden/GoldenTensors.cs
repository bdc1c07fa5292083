using System.Buffers.Binary;
using System.Text.Json;

namespace Timbre.Tests.Golden;

/// <summary>Reads a case's <c>tensors.safetensors</c>.</summary>
internal static class GoldenTensors
{
    public static IReadOnlyDictionary<string, GoldenTensor> Read(string path)
    {
        var tensors = new Dictionary<string, GoldenTensor>();
        if (!File.Exists(path))
            return tensors;
        byte[] bytes = File.ReadAllBytes(path);
        int header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
        using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, header));
        foreach (JsonProperty entry in json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            string type = entry.Value.GetProperty("dtype").GetString()!;
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
            int start = entry.Value.GetProperty("data_offsets")[0].GetInt32(), end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            tensors.Add(entry.Name, new GoldenTensor(entry.Name, type, shape, Values(type, bytes.AsSpan(8 + header + start, end - start))));
        }
        return tensors;
    }

    private delegate double ReadValue(ReadOnlySpan<byte> bytes);

    private static double[] Values(string type, ReadOnlySpan<byte> bytes)
    {
        (int size, ReadValue read) = type switch
        {
            "F64" => (8, BinaryPrimitives.ReadDoubleLittleEndian),
            "F32" => (4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
            "F16" => (2, b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
            "BF16" => (2, b => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(b) << 16)),
            "I64" => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
            "U64" => (8, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
            "I32" => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
            "U32" => (4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
            "I16" => (2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
            "U16" => (2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
            "I8" => (1, b => (sbyte)b[0]),
            "U8" or "BOOL" => (1, (ReadValue)(b => b[0])),
            _ => throw new NotSupportedException($"a recorded tensor has the type {type}"),
        };
        var values = new double[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = read(bytes[(i * size)..]);
        return values;
    }
}
