using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Timbre.Nn.Quantization;

/// <summary>
/// What the codes of a packed word mean. The kernels are generic over it and compiled once for each, so that nothing is asked where codes
/// are read. Widths are powers of two: a code never crosses a byte. The value of a code is <c>Step · number + Base</c>, and its number is
/// read in two steps: one code of each byte is taken out, then one of the four bytes.
/// </summary>
internal interface ICodeDecoder
{
    /// <summary>Bits that a code takes.</summary>
    static abstract int Bits { get; }

    /// <summary>The value of every code; null where it is the code itself.</summary>
    static abstract float[]? Values { get; }

    /// <summary>What a number counts.</summary>
    static virtual float Step => 1;

    /// <summary>The value of number zero.</summary>
    static virtual float Base => 0;

    /// <summary>What the numbers of a byte are to be multiplied with: a power of two, so that nothing is rounded.</summary>
    static virtual float Unit(int place) => place == 3 ? 1 : 1f / (1 << (8 * place));

    /// <summary>The lowest code of each byte, alone in it.</summary>
    static abstract Vector256<uint> Bytes(Vector256<uint> words);

    /// <summary>The numbers of one byte of each word, byte 0 the lowest, as they lie: to be multiplied with <see cref="Unit"/>.</summary>
    static virtual Vector256<float> Numbers(Vector256<uint> bytes, int place)
    {
        Vector256<uint> numbers = place == 3 ? bytes >> 24 : bytes & Vector256.Create(0xFFu << (8 * place));
        return Vector256.ConvertToSingle(numbers.AsInt32());
    }
}

/// <summary>Unsigned numbers of 2 bits.</summary>
internal readonly struct Integer2 : ICodeDecoder
{
    public static int Bits => 2;

    public static float[]? Values => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Bytes(Vector256<uint> words) => words & Vector256.Create(0x03030303u);
}

/// <summary>Unsigned numbers of 4 bits.</summary>
internal readonly struct Integer4 : ICodeDecoder
{
    public static int Bits => 4;

    public static float[]? Values => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Bytes(Vector256<uint> words) => words & Vector256.Create(0x0F0F0F0Fu);
}

/// <summary>Unsigned numbers of 8 bits.</summary>
internal readonly struct Integer8 : ICodeDecoder
{
    public static int Bits => 8;

    public static float[]? Values => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Bytes(Vector256<uint> words) => words;
}

/// <summary>e2m1: all values are halves of whole numbers from −12 to 12, so that a table of bytes turns codes into numbers.</summary>
internal readonly struct E2M1 : ICodeDecoder
{
    public static int Bits => 4;

    public static float[]? Values => MiniFloat.E2M1;

    public static float Step => 0.5f;

    public static float Base => -6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Bytes(Vector256<uint> words)
    {
        Vector128<byte> half = Vector128.Create((byte)12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0);
        Vector256<byte> codes = (words & Vector256.Create(0x0F0F0F0Fu)).AsByte();
        return Avx2.IsSupported
            ? Avx2.Shuffle(Vector256.Create(half, half), codes).AsUInt32()
            : Vector256.Create(Vector128.Shuffle(half, codes.GetLower()), Vector128.Shuffle(half, codes.GetUpper())).AsUInt32();
    }
}

/// <summary>
/// e4m3: its exponent and mantissa stand where a float has them after a shift, and one product sets the exponent right, subnormal numbers
/// included. The two codes that are no numbers must not occur.
/// </summary>
internal readonly struct E4M3 : ICodeDecoder
{
    private const float ExponentOffset = 1.329227995784916e36f; // 2¹²⁰: the exponents' offsets are 127 and 7

    public static int Bits => 8;

    public static float[]? Values => MiniFloat.E4M3;

    public static float Unit(int place) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Bytes(Vector256<uint> words) => words;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Numbers(Vector256<uint> bytes, int place)
    {
        Vector256<int> highest = (place == 3 ? bytes : bytes << (24 - 8 * place)).AsInt32();
        return ((highest >> 4) & Vector256.Create(unchecked((int)0x87F0_0000))).AsSingle() * ExponentOffset;
    }
}
