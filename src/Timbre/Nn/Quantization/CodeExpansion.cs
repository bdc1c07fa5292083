using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>Packed codes to floats on the CPU, eight neighbours at a time.</summary>
internal static unsafe class CodeExpansion<TDecoder>
    where TDecoder : ICodeDecoder
{
    /// <summary>Words that are worked off faster than a second thread wakes up.</summary>
    private const long WordsPerThread = 1 << 15;

    /// <inheritdoc cref="PackedKernels.Expand"/>
    public static Tensor Expand(Tensor words)
    {
        int rows = (int)words.shape[0], wordsPerRow = (int)words.shape[1];
        Tensor values = empty(rows, (long)wordsPerRow * (32 / TDecoder.Bits), dtype: ScalarType.Float32);
        fixed (byte* source = words.bytes, target = values.bytes)
        {
            // All of a row is one group.
            float one = 1;
            new Job((uint*)source, &one, null, (float*)target, wordsPerRow, 0, 1, wordsPerRow).Share(rows);
        }
        return values;
    }

    /// <inheritdoc cref="PackedKernels.Dequantize"/>
    public static Tensor Dequantize(PackedMatrix matrix)
    {
        Tensor values = empty(matrix.Rows, matrix.Columns, dtype: ScalarType.Float32);
        fixed (byte* words = matrix.Words.bytes, scales = matrix.Scales.bytes)
        fixed (byte* biases = matrix.Biases is null ? default : matrix.Biases.bytes, target = values.bytes)
        {
            var job = new Job(
                (uint*)words, (float*)scales, (float*)biases, (float*)target,
                matrix.WordsPerRow, matrix.Groups, matrix.Columns / matrix.GroupSize, matrix.GroupSize * TDecoder.Bits / 32);
            job.Share(matrix.Rows);
        }
        return values;
    }

    /// <summary>The values of some rows.</summary>
    private readonly struct Job(
        uint* words, float* scales, float* biases, float* values, int wordsPerRow, int scalesPerRow, int groups, int wordsPerGroup)
    {
        /// <summary>All rows, by as many threads as they are worth.</summary>
        public void Share(int rows)
        {
            int threads = (int)Math.Clamp((long)rows * wordsPerRow / WordsPerThread, 1, get_num_threads());
            if (threads == 1)
                Run(0, rows);
            else
                RunParallel(this, rows, threads);
        }

        private static void RunParallel(Job job, int rows, int threads) =>
            Parallel.For(0, threads, part => job.Run((int)((long)rows * part / threads), (int)((long)rows * (part + 1) / threads)));

        private void Run(int first, int end)
        {
            long width = (long)groups * wordsPerGroup * (32 / TDecoder.Bits);
            for (int row = first; row < end; row++)
            {
                float* rowBiases = biases is null ? null : biases + (long)row * scalesPerRow;
                WriteRow(words + (long)row * wordsPerRow, scales + (long)row * scalesPerRow, rowBiases, values + row * width);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void WriteRow(uint* source, float* rowScales, float* rowBiases, float* target)
        {
            const int step = 8;
            for (int group = 0; group < groups; group++)
            {
                Vector256<float> scale = Vector256.Create(rowScales[group]);
                // Adding −0 changes nothing, not even a −0.
                Vector256<float> bias = Vector256.Create(rowBiases is null ? -0f : rowBiases[group]);
                for (uint* end = source + wordsPerGroup; source < end; source += TDecoder.Bits == 8 ? 2 : 1)
                {
                    for (int code = 0; code < 32; code += step * TDecoder.Bits, target += step)
                    {
                        uint lower = *source >> code;
                        Vector256<uint> codes = Spread(lower, TDecoder.Bits == 8 ? source[1] : lower);
                        (Values(codes) * scale + bias).Store(target);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Values(Vector256<uint> codes)
    {
        Vector256<float> numbers = TDecoder.Numbers(TDecoder.Bytes(codes), 0);
        return TDecoder.Base == 0 ? numbers : numbers * TDecoder.Step + Vector256.Create(TDecoder.Base);
    }

    /// <summary>Eight codes, each in the lowest bits of a lane: of 8-bit codes four from either word, else all from the lower.</summary>
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
