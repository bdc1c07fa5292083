using System.Buffers.Binary;
using Timbre.Loading.Weights;

namespace Timbre.Tests.Golden;

/// <summary>Reads a case's <c>tensors.safetensors</c>.</summary>
internal static class GoldenTensors
{
    private delegate double ReadValue(ReadOnlySpan<byte> bytes);

    public static IReadOnlyDictionary<string, GoldenTensor> Read(string path)
    {
        if (!File.Exists(path))
            return new Dictionary<string, GoldenTensor>();
        using TensorFile file = TensorFile.Open(path);
        return file.Entries.Values.ToDictionary(entry => entry.Name, entry =>
            new GoldenTensor(entry.Name, entry.Type.Name, entry.Shape, Values(entry.Type, file.Bytes(entry))));
    }

    private static double[] Values(TensorType type, ReadOnlySpan<byte> bytes)
    {
        ReadValue read = type.Name switch
        {
            "F64" => BinaryPrimitives.ReadDoubleLittleEndian,
            "F32" => b => BinaryPrimitives.ReadSingleLittleEndian(b),
            "F16" => b => (double)BinaryPrimitives.ReadHalfLittleEndian(b),
            "BF16" => b => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
            "I64" => b => BinaryPrimitives.ReadInt64LittleEndian(b),
            "I32" => b => BinaryPrimitives.ReadInt32LittleEndian(b),
            "U32" => b => BinaryPrimitives.ReadUInt32LittleEndian(b),
            "I16" => b => BinaryPrimitives.ReadInt16LittleEndian(b),
            "I8" => b => (sbyte)b[0],
            _ => b => b[0],
        };
        var values = new double[bytes.Length / type.Size];
        for (int i = 0; i < values.Length; i++)
            values[i] = read(bytes[(i * type.Size)..]);
        return values;
    }
}
