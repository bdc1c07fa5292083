using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>A recorded tensor. Values are held in float64, which keeps every recorded type exactly.</summary>
internal sealed record GoldenTensor(string Name, string Type, long[] Shape, double[] Values)
{
    public bool IsFloat => Type is "F64" or "F32" or "F16" or "BF16";

    public float[] Floats => Array.ConvertAll(Values, value => (float)value);

    public int[] Ints => Array.ConvertAll(Values, value => checked((int)value));

    /// <summary>Float32, Bool, or Int64 for every integer type.</summary>
    public Tensor ToTensor() =>
        tensor(Values, Shape).to(IsFloat ? ScalarType.Float32 : Type == "BOOL" ? ScalarType.Bool : ScalarType.Int64);
}
