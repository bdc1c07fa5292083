using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>Packed codes to their values in float32, eight neighbours at a time.</summary>
internal static unsafe class CodeExpansion<TDecoder>
    where TDecoder : ICodeDecoder
{
    /// <summary>Words that are worked off faster than a second thread wakes up.</summary>
    private const long WordsPerThread = 1 << 15;

    /// <summary>Contiguous words <c>[rows, words]</c> to <c>[rows, words · 32 / bits]</c>.</summary>
    public static Tensor Expand(Tensor words)
    {
        long count = words.numel();
        int codesPerWord = 32 / TDecoder.Bits;
        Tensor values = empty(words.shape[0], words.shape[1] * codesPerWord, dtype: ScalarType.Float32);
        fixed (byte* source = words.bytes, target = values.bytes)
        {
            var from = (uint*)source;
            var to = (float*)target;
            int threads = (int)Math.Clamp(count / WordsPerThread, 1, get_num_threads());
            if (threads == 1)
                Expand(from, to, count);
            else
                ExpandParallel(from, to, count, threads);
        }
        return values;
    }

    private static void ExpandParallel(uint* words, float* values, long count, int threads) => Parallel.For(0, threads, part =>
    {
        // Even numbers of words: 8-bit codes are read from two at once.
        long first = count * part / threads / 2 * 2, end = part == threads - 1 ? count : count * (part + 1) / threads / 2 * 2;
        Expand(words + first, values + first * (32 / TDecoder.Bits), end - first);
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Expand(uint* words, float* values, long count)
    {
        if (TDecoder.Bits == 8)
        {
            for (long i = 0; i < count; i += 2, values += 8)
                Values(Spread(words[i], words[i + 1])).Store(values);
            return;
        }
        for (long i = 0; i < count; i++)
        {
            for (int first = 0; first < 32; first += 8 * TDecoder.Bits, values += 8)
                Values(Spread(words[i] >> first, words[i] >> first)).Store(values);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Values(Vector256<uint> codes)
    {
        Vector256<float> numbers = TDecoder.Numbers(TDecoder.Bytes(codes), 0);
        return TDecoder.Base == 0 ? numbers : numbers * TDecoder.Step + Vector256.Create(TDecoder.Base);
    }

    /// <summary>The next eight codes, each in the lowest bits of a lane: for 8-bit codes four of either word, else all of the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Spread(uint lower, uint upper)
    {
        int bits = TDecoder.Bits, half = TDecoder.Bits == 8 ? 0 : 4 * bits;
        if (Avx2.IsSupported)
        {
            Vector256<uint> shifts = Vector256.Create(
                Vector128.Create(0, (uint)bits, 2 * (uint)bits, 3 * (uint)bits),
                Vector128.Create((uint)half, (uint)(half + bits), (uint)(half + 2 * bits), (uint)(half + 3 * bits)));
            return Avx2.ShiftRightLogicalVariable(Vector256.Create(Vector128.Create(lower), Vector128.Create(upper)), shifts);
        }
        upper >>= half;
        return Vector256.Create(
            lower, lower >> bits, lower >> (2 * bits), lower >> (3 * bits), upper, upper >> bits, upper >> (2 * bits), upper >> (3 * bits));
    }
}
