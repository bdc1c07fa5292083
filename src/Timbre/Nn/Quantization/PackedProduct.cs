using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// <c>y = x Wᵀ</c> for few rows of <c>x</c> with a weight of affine codes, one a byte. Reading the codes is what costs time, so the work is
/// done where they are read: <c>y = Σ_groups scale · Σ code·x + bias · Σ x</c>, in float32 throughout, nothing rounded.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>From so many rows on, unpacking the weight and the plain product are faster (measured on AVX2).</summary>
    public const int MaxRows = 8;

    /// <summary>Codes that one thread works off faster than a second one wakes up.</summary>
    private const long CodesPerThread = 1 << 19;

    /// <summary>The product of contiguous float32 tensors on the CPU.</summary>
    /// <param name="input"><c>[N, columns]</c>.</param>
    /// <param name="codes"><c>[rows, columns]</c> bytes.</param>
    /// <param name="scales"><c>[rows, groups]</c>.</param>
    /// <param name="biases"><c>[rows, groups]</c>.</param>
    /// <returns><c>[N, rows]</c>.</returns>
    public static Tensor Multiply(Tensor input, Tensor codes, Tensor scales, Tensor biases)
    {
        int count = (int)input.shape[0], columns = (int)input.shape[1];
        int rows = (int)codes.shape[0], groups = (int)scales.shape[1];
        Tensor result = empty(count, rows, dtype: ScalarType.Float32);
        float[] sums = ArrayPool<float>.Shared.Rent(count * groups);
        fixed (float* sum = sums)
        fixed (byte* x = input.bytes, c = codes.bytes, s = scales.bytes, b = biases.bytes, y = result.bytes)
        {
            SumGroups((float*)x, sum, count * groups, columns / groups);
            var job = new Job((float*)x, sum, c, (float*)s, (float*)b, (float*)y, count, columns, rows, groups);
            int threads = (int)Math.Clamp((long)rows * columns / CodesPerThread, 1, get_num_threads());
            if (threads == 1)
                job.Run(0, rows);
            else
                RunParallel(job, rows, threads);
        }
        ArrayPool<float>.Shared.Return(sums);
        return result;
    }

    private static void RunParallel(Job job, int rows, int threads) =>
        Parallel.For(0, threads, part => job.Run((int)((long)rows * part / threads), (int)((long)rows * (part + 1) / threads)));

    private static void SumGroups(float* x, float* sums, int count, int groupSize)
    {
        for (int group = 0; group < count; group++)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (int i = 0; i < groupSize; i += 8)
                sum += Vector256.Load(x + (long)group * groupSize + i);
            sums[group] = Vector256.Sum(sum);
        }
    }

    private readonly struct Job(float* x, float* sums, byte* codes, float* scales, float* biases, float* y, int count, int columns, int rows, int groups)
    {
        public void Run(int first, int end)
        {
            int groupSize = columns / groups;
            for (int row = first; row < end; row++)
            {
                byte* rowCodes = codes + (long)row * columns;
                float* rowScales = scales + (long)row * groups;
                float* rowBiases = biases + (long)row * groups;
                int n = 0;
                for (; n + 4 <= count; n += 4)
                    Dot4(x + (long)n * columns, columns, sums + n * groups, rowCodes, rowScales, rowBiases, groups, groupSize, y + (long)n * rows + row, rows);
                for (; n < count; n++)
                    y[(long)n * rows + row] = Dot(x + (long)n * columns, sums + n * groups, rowCodes, rowScales, rowBiases, groups, groupSize);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(float* x, float* sums, byte* codes, float* scales, float* biases, int groups, int groupSize)
    {
        Vector256<float> total = Vector256<float>.Zero;
        float offset = 0;
        for (int group = 0; group < groups; group++)
        {
            Vector256<float> even = Vector256<float>.Zero, odd = Vector256<float>.Zero;
            for (int i = 0; i < groupSize; i += 16)
            {
                even = Vector256.FusedMultiplyAdd(Widen(codes + i), Vector256.Load(x + i), even);
                odd = Vector256.FusedMultiplyAdd(Widen(codes + i + 8), Vector256.Load(x + i + 8), odd);
            }
            total = Vector256.FusedMultiplyAdd(even + odd, Vector256.Create(scales[group]), total);
            offset += biases[group] * sums[group];
            codes += groupSize;
            x += groupSize;
        }
        return Vector256.Sum(total) + offset;
    }

    /// <summary>Four rows of <c>x</c> at once: the codes are widened once for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4(
        float* x, int columns, float* sums, byte* codes, float* scales, float* biases, int groups, int groupSize, float* y, int rows)
    {
        Vector256<float> total0 = Vector256<float>.Zero, total1 = total0, total2 = total0, total3 = total0;
        Vector128<float> offset = Vector128<float>.Zero;
        for (int group = 0; group < groups; group++)
        {
            Vector256<float> sum0 = Vector256<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int i = 0; i < groupSize; i += 8)
            {
                Vector256<float> code = Widen(codes + i);
                sum0 = Vector256.FusedMultiplyAdd(code, Vector256.Load(x + i), sum0);
                sum1 = Vector256.FusedMultiplyAdd(code, Vector256.Load(x + columns + i), sum1);
                sum2 = Vector256.FusedMultiplyAdd(code, Vector256.Load(x + 2 * columns + i), sum2);
                sum3 = Vector256.FusedMultiplyAdd(code, Vector256.Load(x + 3 * columns + i), sum3);
            }
            Vector256<float> scale = Vector256.Create(scales[group]);
            total0 = Vector256.FusedMultiplyAdd(sum0, scale, total0);
            total1 = Vector256.FusedMultiplyAdd(sum1, scale, total1);
            total2 = Vector256.FusedMultiplyAdd(sum2, scale, total2);
            total3 = Vector256.FusedMultiplyAdd(sum3, scale, total3);
            var groupSums = Vector128.Create(sums[group], sums[groups + group], sums[2 * groups + group], sums[3 * groups + group]);
            offset += groupSums * biases[group];
            codes += groupSize;
            x += groupSize;
        }
        y[0] = Vector256.Sum(total0) + offset[0];
        y[rows] = Vector256.Sum(total1) + offset[1];
        y[2L * rows] = Vector256.Sum(total2) + offset[2];
        y[3L * rows] = Vector256.Sum(total3) + offset[3];
    }

    /// <summary>Eight codes as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen(byte* codes)
    {
        if (Avx2.IsSupported)
            return Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(codes));
        Vector64<byte> bytes = Vector64.Load(codes);
        (Vector64<ushort> low, Vector64<ushort> high) = Vector64.Widen(bytes);
        Vector128<uint> lower = Vector128.WidenLower(low.ToVector128()), upper = Vector128.WidenLower(high.ToVector128());
        return Vector256.ConvertToSingle(Vector256.Create(lower, upper).AsInt32());
    }
}
