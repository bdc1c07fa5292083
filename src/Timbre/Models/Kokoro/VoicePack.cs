using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Timbre.Loading;
using Timbre.Loading.Weights;

namespace Timbre.Models.Kokoro;

/// <summary>A voice: one style vector for each length of a phoneme string.</summary>
/// <param name="Values">The rows, one after the other.</param>
/// <param name="Width">Values of a row.</param>
internal sealed record VoicePack(float[] Values, int Width)
{
    /// <summary>A thousand times what published voices need.</summary>
    private const long MaxLength = 64 << 20;

    /// <summary>How many lengths it covers.</summary>
    public int Rows => Values.Length / Width;

    /// <summary>The style of a phoneme string of that many characters, known or not; longer ones than the pack covers take its last row.</summary>
    public float[] Style(int phonemes)
    {
        int row = Math.Clamp(phonemes, 1, Rows) - 1;
        return Values[(row * Width)..((row + 1) * Width)];
    }

    /// <summary>
    /// Reads a pack: raw little-endian float32 (<c>.bin</c>), or a weight file with one tensor <c>[rows, 1, width]</c>: named <c>voice</c> in
    /// safetensors, saved by itself in the original's <c>.pt</c>.
    /// </summary>
    /// <exception cref="WeightException">The file is something else.</exception>
    public static VoicePack Read(string path, int width)
    {
        float[] values = path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? ReadRaw(path, width) : ReadTensor(path, width);
        if (Array.Exists(values, value => !float.IsFinite(value)))
            throw new WeightException($"{path}: the voice has values that are not numbers.");
        return new VoicePack(values, width);
    }

    /// <summary>The weighted mean of packs, as long as the shortest.</summary>
    public static VoicePack Blend(IReadOnlyList<(VoicePack Pack, double Weight)> parts)
    {
        if (parts.Count == 1)
            return parts[0].Pack;
        double total = parts.Sum(part => part.Weight);
        var sum = new double[parts.Min(part => part.Pack.Values.Length)];
        foreach ((VoicePack pack, double weight) in parts)
        {
            for (int i = 0; i < sum.Length; i++)
                sum[i] += pack.Values[i] * (weight / total);
        }
        return new VoicePack(Array.ConvertAll(sum, value => (float)value), parts[0].Pack.Width);
    }

    private static float[] ReadRaw(string path, int width)
    {
        long length = BoundedFile.LengthOf(path);
        if (length == 0 || length > MaxLength || length % (width * sizeof(float)) != 0)
            throw new WeightException($"{path}: has {length} bytes; a voice is rows of {width} float32 values, {width * sizeof(float)} bytes each.");
        byte[] bytes = File.ReadAllBytes(path);
        var values = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return values;
    }

    private static float[] ReadTensor(string path, int width)
    {
        using TensorFile file = TensorFile.Open(path);
        if (!file.Entries.TryGetValue("voice", out TensorEntry? entry) && !file.Entries.TryGetValue(TorchState.LoneTensor, out entry))
            throw new WeightException($"{path}: has no tensor 'voice'.");
        if (entry.Shape is not [> 0, 1, var columns] || columns != width || entry.Length > MaxLength)
            throw new WeightException($"{path}: '{entry.Name}' is [{string.Join(", ", entry.Shape)}], expected [rows, 1, {width}].");
        ReadOnlySpan<byte> bytes = file.Bytes(entry);
        return entry.Type.Name switch
        {
            "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value),
            "BF16" => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
            _ => throw new WeightException($"{path}: '{entry.Name}' is of type {entry.Type.Name}, expected F32, F16 or BF16."),
        };
    }
}
