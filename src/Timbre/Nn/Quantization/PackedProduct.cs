using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// <c>y = x Wᵀ</c> for few rows of <c>x</c> and a packed <c>W</c>. Reading the codes is what costs time, so the work is done where they are
/// read: <c>y = Σ_groups scale · Σ element · x + bias · Σ x</c>, in float32 throughout, nothing rounded. A lane of a vector holds a word, so
/// that shifting brings the next code of all eight words down; <c>x</c> is brought into that order beforehand.
/// </summary>
internal static unsafe class PackedProduct<TDecoder>
    where TDecoder : ICodeDecoder
{
    /// <summary>Codes that one thread works off faster than a second one wakes up.</summary>
    private const long CodesPerThread = 1 << 19;

    private const int Lanes = PackedKernels.VectorWords;

    private static int CodesPerVector => Lanes * 32 / TDecoder.Bits;

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
                if (biases is not null)
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

    private static void RunParallel(Job job, int rows, int threads) =>
        Parallel.For(0, threads, part => job.Run((int)((long)rows * part / threads), (int)((long)rows * (part + 1) / threads)));

    /// <summary>Brings a row of <c>x</c> into the order in which codes come out of the words, and fills it up with zeros.</summary>
    private static void Arrange(float* x, int columns, float* target, int width)
    {
        int codes = 32 / TDecoder.Bits;
        for (int block = 0; block < width; block += CodesPerVector, target += CodesPerVector)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                for (int i = 0; i < codes; i++)
                {
                    int column = block + lane * codes + i;
                    target[i * Lanes + lane] = column < columns ? x[column] : 0;
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
                if (biases is not null)
                    AddBiases(biases + (long)row * groups, target);
            }
        }

        private void AddBiases(float* rowBiases, float* target)
        {
            for (int n = 0; n < count; n++)
                target[(long)n * rows] += DotBiases(rowBiases, sums + n * groups, groups);
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
                for (int code = 0; code < 32 / TDecoder.Bits; code += 4, x += 4 * Lanes)
                {
                    sum0 = Vector256.FusedMultiplyAdd(TDecoder.Decode(codes), Vector256.Load(x), sum0);
                    sum1 = Vector256.FusedMultiplyAdd(TDecoder.Decode(codes >> TDecoder.Bits), Vector256.Load(x + Lanes), sum1);
                    sum2 = Vector256.FusedMultiplyAdd(TDecoder.Decode(codes >> (2 * TDecoder.Bits)), Vector256.Load(x + 2 * Lanes), sum2);
                    sum3 = Vector256.FusedMultiplyAdd(TDecoder.Decode(codes >> (3 * TDecoder.Bits)), Vector256.Load(x + 3 * Lanes), sum3);
                    codes >>= 4 * TDecoder.Bits;
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
                for (int code = 0; code < 32 / TDecoder.Bits; code++, x += Lanes)
                {
                    Vector256<float> element = TDecoder.Decode(codes);
                    sum0 = Vector256.FusedMultiplyAdd(element, Vector256.Load(x), sum0);
                    sum1 = Vector256.FusedMultiplyAdd(element, Vector256.Load(x + width), sum1);
                    sum2 = Vector256.FusedMultiplyAdd(element, Vector256.Load(x + 2 * width), sum2);
                    sum3 = Vector256.FusedMultiplyAdd(element, Vector256.Load(x + 3 * width), sum3);
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
    private static float DotBiases(float* biases, float* sums, int groups)
    {
        Vector256<float> total = Vector256<float>.Zero;
        int group = 0;
        for (; group + 8 <= groups; group += 8)
            total = Vector256.FusedMultiplyAdd(Vector256.Load(biases + group), Vector256.Load(sums + group), total);
        float rest = 0;
        for (; group < groups; group++)
            rest += biases[group] * sums[group];
        return Vector256.Sum(total) + rest;
    }
}
