using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// <c>y = x Wᵀ</c> for few rows of <c>x</c> and a packed <c>W</c>. Reading the codes is what costs time, so the work is done where they are
/// read: <c>y = Σ_groups scale · Σ code · x + bias · Σ x</c>, in float32 throughout, nothing rounded. A lane of a vector holds a word, whose
/// codes come out one after the other; <c>x</c> is brought into that order beforehand.
/// </summary>
internal static unsafe class PackedProduct<TDecoder>
    where TDecoder : ICodeDecoder
{
    /// <summary>Codes that one thread works off faster than a second one wakes up.</summary>
    private const long CodesPerThread = 1 << 19;

    private const int Lanes = PackedKernels.VectorWords;

    /// <inheritdoc cref="PackedKernels.Multiply"/>
    public static Tensor Multiply(Tensor input, Tensor words, Tensor scales, Tensor? biases)
    {
        int count = (int)input.shape[0], columns = (int)input.shape[1];
        int rows = (int)words.shape[0], wordsPerRow = (int)words.shape[1], groups = (int)scales.shape[1];
        int width = wordsPerRow * 32 / TDecoder.Bits;
        Tensor result = empty(count, rows, dtype: ScalarType.Float32);
        float[] arranged = ArrayPool<float>.Shared.Rent(count * width);
        float[] sums = ArrayPool<float>.Shared.Rent(count * groups);
        fixed (float* inputs = arranged, sum = sums)
        fixed (byte* x = input.bytes, w = words.bytes, s = scales.bytes, b = biases is null ? default : biases.bytes, y = result.bytes)
        {
            for (int n = 0; n < count; n++)
            {
                Arrange((float*)x + (long)n * columns, columns, inputs + (long)n * width, width);
                if (UsesSums(biases))
                    SumGroups((float*)x + (long)n * columns, columns, sum + n * groups, groups, width / groups);
            }
            var job = new Job(inputs, sum, (uint*)w, (float*)s, (float*)b, (float*)y, count, rows, wordsPerRow, groups);
            int threads = (int)Math.Clamp((long)rows * width / CodesPerThread, 1, get_num_threads());
            if (threads == 1)
                job.Run(0, rows);
            else
                RunParallel(job, rows, threads);
        }
        ArrayPool<float>.Shared.Return(arranged);
        ArrayPool<float>.Shared.Return(sums);
        return result;
    }

    private static bool UsesSums(Tensor? biases) => biases is not null || TDecoder.Base != 0;

    private static void RunParallel(Job job, int rows, int threads) =>
        Parallel.For(0, threads, part => job.Run((int)((long)rows * part / threads), (int)((long)rows * (part + 1) / threads)));

    /// <summary>Brings a row of <c>x</c> into the order in which codes come out of the words, and fills it up with zeros.</summary>
    private static void Arrange(float* x, int columns, float* target, int width)
    {
        int codesPerByte = 8 / TDecoder.Bits, codesPerWord = 4 * codesPerByte;
        for (int block = 0; block < width; block += Lanes * codesPerWord)
        {
            for (int code = 0; code < codesPerByte; code++)
            {
                for (int place = 0; place < 4; place++, target += Lanes)
                {
                    float unit = TDecoder.Unit(place);
                    int column = block + place * codesPerByte + code;
                    for (int lane = 0; lane < Lanes; lane++, column += codesPerWord)
                        target[lane] = column < columns ? x[column] * unit : 0;
                }
            }
        }
    }

    private static void SumGroups(float* x, int columns, float* sums, int groups, int groupSize)
    {
        for (int group = 0; group < groups; group++)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (int i = group * groupSize; i < Math.Min(columns, (group + 1) * groupSize); i += 8)
                sum += Vector256.Load(x + i);
            sums[group] = Vector256.Sum(sum);
        }
    }

    private readonly struct Job(
        float* x, float* sums, uint* words, float* scales, float* biases, float* y, int count, int rows, int wordsPerRow, int groups)
    {
        public void Run(int first, int end)
        {
            int width = wordsPerRow * 32 / TDecoder.Bits;
            var layout = new Layout(wordsPerRow, groups);
            for (int row = first; row < end; row++)
            {
                uint* rowWords = words + (long)row * wordsPerRow;
                float* rowScales = scales + (long)row * groups;
                float* target = y + row;
                int n = 0;
                for (; n + 4 <= count; n += 4)
                    Dot4(x + (long)n * width, width, rowWords, rowScales, layout, target + (long)n * rows, rows);
                for (; n < count; n++)
                    target[(long)n * rows] = Dot(x + (long)n * width, rowWords, rowScales, layout);
                for (n = 0; n < count; n++)
                    target[(long)n * rows] = Complete(target[(long)n * rows], row, sums + n * groups);
            }
        }

        /// <summary>From numbers to values, and what each group adds to all its elements.</summary>
        private float Complete(float total, int row, float* rowSums)
        {
            if (TDecoder.Base != 0)
                total = total * TDecoder.Step + TDecoder.Base * DotGroups(scales + (long)row * groups, rowSums, groups);
            return biases is null ? total : total + DotGroups(biases + (long)row * groups, rowSums, groups);
        }
    }

    /// <summary>How groups lie in a row: a block is a whole number of vectors and of groups, the smallest there is.</summary>
    private readonly struct Layout(int wordsPerRow, int groups)
    {
        public readonly int VectorsPerBlock = Math.Max(1, wordsPerRow / groups / Lanes);
        public readonly int GroupsPerBlock = Math.Max(1, groups * Lanes / wordsPerRow);
        public readonly int Blocks = Math.Min(groups, wordsPerRow / Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(float* x, uint* words, float* scales, Layout layout)
    {
        Vector256<float> total = Vector256<float>.Zero;
        for (int block = 0; block < layout.Blocks; block++)
        {
            Vector256<float> sum0 = Vector256<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int vector = 0; vector < layout.VectorsPerBlock; vector++, words += Lanes)
            {
                Vector256<uint> codes = Vector256.Load(words);
                for (int code = 0; code < 8 / TDecoder.Bits; code++, x += 4 * Lanes)
                {
                    Vector256<uint> bytes = TDecoder.Bytes(codes);
                    sum0 = Vector256.FusedMultiplyAdd(TDecoder.Numbers(bytes, 0), Vector256.Load(x), sum0);
                    sum1 = Vector256.FusedMultiplyAdd(TDecoder.Numbers(bytes, 1), Vector256.Load(x + Lanes), sum1);
                    sum2 = Vector256.FusedMultiplyAdd(TDecoder.Numbers(bytes, 2), Vector256.Load(x + 2 * Lanes), sum2);
                    sum3 = Vector256.FusedMultiplyAdd(TDecoder.Numbers(bytes, 3), Vector256.Load(x + 3 * Lanes), sum3);
                    codes >>= TDecoder.Bits;
                }
            }
            total = Vector256.FusedMultiplyAdd((sum0 + sum1) + (sum2 + sum3), Scales(scales, layout.GroupsPerBlock), total);
            scales += layout.GroupsPerBlock;
        }
        return Vector256.Sum(total);
    }

    /// <summary>Four rows of <c>x</c> at once: the codes are decoded once for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4(float* x, int width, uint* words, float* scales, Layout layout, float* y, int rows)
    {
        Vector256<float> total0 = Vector256<float>.Zero, total1 = total0, total2 = total0, total3 = total0;
        for (int block = 0; block < layout.Blocks; block++)
        {
            Vector256<float> sum0 = Vector256<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int vector = 0; vector < layout.VectorsPerBlock; vector++, words += Lanes)
            {
                Vector256<uint> codes = Vector256.Load(words);
                for (int code = 0; code < 8 / TDecoder.Bits; code++)
                {
                    Vector256<uint> bytes = TDecoder.Bytes(codes);
                    for (int place = 0; place < 4; place++, x += Lanes)
                    {
                        Vector256<float> number = TDecoder.Numbers(bytes, place);
                        sum0 = Vector256.FusedMultiplyAdd(number, Vector256.Load(x), sum0);
                        sum1 = Vector256.FusedMultiplyAdd(number, Vector256.Load(x + width), sum1);
                        sum2 = Vector256.FusedMultiplyAdd(number, Vector256.Load(x + 2 * width), sum2);
                        sum3 = Vector256.FusedMultiplyAdd(number, Vector256.Load(x + 3 * width), sum3);
                    }
                    codes >>= TDecoder.Bits;
                }
            }
            Vector256<float> scale = Scales(scales, layout.GroupsPerBlock);
            total0 = Vector256.FusedMultiplyAdd(sum0, scale, total0);
            total1 = Vector256.FusedMultiplyAdd(sum1, scale, total1);
            total2 = Vector256.FusedMultiplyAdd(sum2, scale, total2);
            total3 = Vector256.FusedMultiplyAdd(sum3, scale, total3);
            scales += layout.GroupsPerBlock;
        }
        y[0] = Vector256.Sum(total0);
        y[rows] = Vector256.Sum(total1);
        y[2L * rows] = Vector256.Sum(total2);
        y[3L * rows] = Vector256.Sum(total3);
    }

    /// <summary>For each lane the scale of its word's group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scales(float* scales, int groups) => groups switch
    {
        1 => Vector256.Create(scales[0]),
        2 => Vector256.Create(Vector128.Create(scales[0]), Vector128.Create(scales[1])),
        _ => Vector256.Create(scales[0], scales[0], scales[1], scales[1], scales[2], scales[2], scales[3], scales[3]),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float DotGroups(float* perGroup, float* sums, int groups)
    {
        Vector256<float> total = Vector256<float>.Zero;
        int group = 0;
        for (; group + 8 <= groups; group += 8)
            total = Vector256.FusedMultiplyAdd(Vector256.Load(perGroup + group), Vector256.Load(sums + group), total);
        float rest = 0;
        for (; group < groups; group++)
            rest += perGroup[group] * sums[group];
        return Vector256.Sum(total) + rest;
    }
}
