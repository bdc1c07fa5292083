using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Timbre.Nn.Quantization;

/// <summary>
/// What the codes of a packed word mean. The kernels are generic over it and compiled once for each, so that nothing is asked where codes are
/// read. Widths are powers of two: a code never crosses a word.
/// </summary>
internal interface ICodeDecoder
{
    /// <summary>Bits that a code takes in a word.</summary>
    static abstract int Bits { get; }

    /// <summary>The value of every code; null where it is the code itself.</summary>
    static abstract float[]? Values { get; }

    /// <summary>Values of the codes in the lowest bits of each word; what stands above them is not looked at.</summary>
    static abstract Vector256<float> Decode(Vector256<uint> words);
}

/// <summary>Unsigned numbers of 2 bits.</summary>
internal readonly struct Integer2 : ICodeDecoder
{
    public static int Bits => 2;

    public static float[]? Values => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> words) => Vector256.ConvertToSingle((words & Vector256.Create(3u)).AsInt32());
}

/// <summary>Unsigned numbers of 4 bits.</summary>
internal readonly struct Integer4 : ICodeDecoder
{
    public static int Bits => 4;

    public static float[]? Values => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> words) => Vector256.ConvertToSingle((words & Vector256.Create(15u)).AsInt32());
}

/// <summary>Unsigned numbers of 8 bits.</summary>
internal readonly struct Integer8 : ICodeDecoder
{
    public static int Bits => 8;

    public static float[]? Values => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> words) => Vector256.ConvertToSingle((words & Vector256.Create(255u)).AsInt32());
}

/// <summary>e2m1: a sign above one of eight magnitudes.</summary>
internal readonly struct E2M1 : ICodeDecoder
{
    public static int Bits => 4;

    public static float[]? Values => MiniFloat.E2M1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> words)
    {
        Vector256<float> magnitudes = Vector256.Create(0, 0.5f, 1, 1.5f, 2, 3, 4, 6);
        Vector256<float> magnitude = Avx2.IsSupported
            ? Avx2.PermuteVar8x32(magnitudes, words.AsInt32())
            : Vector256.Shuffle(magnitudes, (words & Vector256.Create(7u)).AsInt32());
        return (magnitude.AsUInt32() | ((words << 28) & Vector256.Create(0x8000_0000u))).AsSingle();
    }
}

/// <summary>e4m3: its exponent and mantissa moved to where a float has them.</summary>
internal readonly struct E4M3 : ICodeDecoder
{
    private const int SmallestNormal = 8;
    private const int NotANumber = 0x7F;
    private const uint ExponentOffset = (127 - 7) << 23;
    private const float SubnormalStep = 1f / 512;

    public static int Bits => 8;

    public static float[]? Values => MiniFloat.E4M3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> words)
    {
        Vector256<uint> magnitude = words & Vector256.Create((uint)NotANumber);
        Vector256<uint> normal = (magnitude << 20) + Vector256.Create(ExponentOffset);
        Vector256<float> subnormal = Vector256.ConvertToSingle(magnitude.AsInt32()) * SubnormalStep;
        // Compared as signed numbers, which is one instruction.
        Vector256<int> isSubnormal = Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(SmallestNormal));
        Vector256<uint> value = Vector256.ConditionalSelect(isSubnormal.AsUInt32(), subnormal.AsUInt32(), normal)
            | Vector256.Equals(magnitude, Vector256.Create((uint)NotANumber));
        return (value | ((words << 24) & Vector256.Create(0x8000_0000u))).AsSingle();
    }
}
