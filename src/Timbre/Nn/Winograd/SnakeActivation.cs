using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Timbre.Nn.Winograd;

/// <summary>A gain and an offset a channel followed by the snake activation, in one pass: <c>y = g x + o; y + sin²(αy) / α</c>.</summary>
/// <param name="Gain">One value a channel.</param>
/// <param name="Offset">One value a channel.</param>
/// <param name="Alpha">One value a channel.</param>
/// <param name="Inverse">The reciprocals of α.</param>
internal readonly unsafe record struct SnakeActivation(float[] Gain, float[] Offset, float[] Alpha, float[] Inverse)
{
    private const float PiHigh = MathF.PI;
    private const float PiLow = (float)(Math.PI - (double)MathF.PI);

    /// <summary>One row of channels, a multiple of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* input, float* output)
    {
        fixed (float* gain = Gain, offset = Offset, alpha = Alpha, inverse = Inverse)
        {
            for (nint c = 0; c < Gain.Length; c += 8)
            {
                Vector256<float> y = Vector256.FusedMultiplyAdd(Vector256.Load(input + c), Vector256.Load(gain + c), Vector256.Load(offset + c));
                Vector256<float> sine = SineOfReduced(y * Vector256.Load(alpha + c));
                Vector256.FusedMultiplyAdd(sine * sine, Vector256.Load(inverse + c), y).Store(output + c);
            }
        }
    }

    /// <summary>Sine up to its sign: the angle is brought to [−π/2, π/2] by whole halves of a turn, which squaring forgets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SineOfReduced(Vector256<float> angle)
    {
        Vector256<float> turns = Vector256.Round(angle * (1 / MathF.PI));
        Vector256<float> r = Vector256.FusedMultiplyAdd(turns, Vector256.Create(-PiHigh), angle);
        r = Vector256.FusedMultiplyAdd(turns, Vector256.Create(-PiLow), r);
        Vector256<float> square = r * r;
        // Taylor up to r¹¹: within 6e-8 at π/2.
        Vector256<float> sum = Vector256.Create(-1f / 39916800);
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 362880));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(-1f / 5040));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(1f / 120));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(-1f / 6));
        return Vector256.FusedMultiplyAdd(sum * square, r, r);
    }
}
