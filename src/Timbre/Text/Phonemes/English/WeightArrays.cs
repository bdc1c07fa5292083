using System.Runtime.InteropServices;
using Timbre.Loading.Weights;

namespace Timbre.Text.Phonemes.English;

/// <summary>The float32 weights of a folder's <c>model.safetensors</c> as arrays, for networks that run without a tensor library.</summary>
internal sealed class WeightArrays(string folder) : IDisposable
{
    private readonly TensorFile _file = TensorFile.Open(Path.Combine(folder, "model.safetensors"));

    /// <summary>The values of a tensor, row after row.</summary>
    /// <exception cref="WeightException">It is missing, or not that long, or not float32.</exception>
    public float[] Read(string name, int length)
    {
        if (!_file.Entries.TryGetValue(name, out var entry))
            throw new WeightException($"{folder}: model.safetensors has no '{name}'.");
        if (entry.Type.Name != "F32" || entry.Length != (long)length * sizeof(float))
            throw new WeightException($"{folder}: model.safetensors: '{name}' is {entry.Type.Name} [{string.Join(", ", entry.Shape)}], expected {length} values of F32.");
        return MemoryMarshal.Cast<byte, float>(_file.Bytes(entry)).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
