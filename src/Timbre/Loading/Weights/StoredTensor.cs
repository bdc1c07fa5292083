using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>A tensor in a file with the axes that the layout turns.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Entry">What the header says.</param>
/// <param name="Axes">Permutation to apply, or null.</param>
internal sealed record StoredTensor(TensorFile File, TensorEntry Entry, int[]? Axes)
{
    /// <summary>The sizes after the permutation.</summary>
    public long[] Shape { get; } = Permute(File, Entry, Axes);

    /// <summary>Reads it, permuted, contiguous, in the file's type.</summary>
    public Tensor Read()
    {
        Tensor tensor = File.Read(Entry);
        if (Axes is null)
            return tensor;
        using (tensor)
        {
            using Tensor permuted = tensor.permute([.. Axes.Select(axis => (long)axis)]);
            return permuted.contiguous();
        }
    }

    private static long[] Permute(TensorFile file, TensorEntry entry, int[]? axes)
    {
        if (axes is null)
            return entry.Shape;
        if (axes.Length != entry.Shape.Length)
            throw new WeightException($"{file.Name}: '{entry.Name}' is [{string.Join(", ", entry.Shape)}], expected {axes.Length} axes.");
        return [.. axes.Select(axis => entry.Shape[axis])];
    }
}
