using Timbre.Generation;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>The draws of the cases on real Kokoro weights, told as a formula in their notes: uniform draws are 0, normal ones a hash of their index.</summary>
internal sealed class HashedRandomSource() : RandomSource(0)
{
    public override Tensor Uniform(params long[] shape) => zeros(shape);

    public override Tensor Normal(params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (count, length) => count * length)];
        for (uint i = 0; i < values.Length; i++)
        {
            uint x = unchecked(i * 2654435761);
            x ^= x >> 16;
            x = unchecked(x * 2246822519);
            x ^= x >> 13;
            values[i] = (float)((2 * (x / 4294967296.0) - 1) * Math.Sqrt(3));
        }
        return tensor(values, shape);
    }

    public override Tensor Categorical(Tensor logits) => throw new InvalidOperationException("the case's draws are normal and uniform only");
}
