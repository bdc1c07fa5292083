using System.Buffers;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// <c>y = x Wᵀ</c> for few rows of <c>x</c> and a packed <c>W</c>. Reading the codes is what costs time, so the work is done where they
/// are read: <c>y = Σ_groups scale · Σ code · x + bias · Σ x</c>, in float32 throughout, nothing rounded. A lane of a vector holds a
/// word, whose codes come out one after the other; <c>x</c> is brought into that order beforehand.
/// </summary>
internal static unsafe class PackedProduct<TDecoder>
    where TDecoder : ICodeDecoder
{
    /// <summary>Codes that one thread works off faster than a second one wakes up.</summary>
    private const long CodesPerThread = 1 << 19;

    /// <summary>Bytes of a cache line: a vector that lies in two takes twice as long to load.</summary>
    private const int CacheLine = 64;

    private const int Lanes = PackedMatrix.VectorLength;

    /// <inheritdoc cref="PackedKernels.Multiply"/>
    public static Tensor Multiply(Tensor input, PackedMatrix matrix)
    {
        int rows = matrix.Rows, columns = matrix.Columns, groups = matrix.Groups, width = matrix.WordsPerRow * 32 / TDecoder.Bits;
        long[] shape = input.shape;
        int count = (int)(input.numel() / columns);
        shape[^1] = rows;
        Tensor result = empty(shape, ScalarType.Float32);
        float[] scratch = ArrayPool<float>.Shared.Rent(count * (width + groups) + CacheLine);
        fixed (float* start = scratch)
        fixed (byte* source = input.bytes, words = matrix.Words.bytes, scales = matrix.Scales.bytes)
        fixed (byte* biases = matrix.Biases is null ? default : matrix.Biases.bytes, target = result.bytes)
        {
            var x = (float*)(((nint)start + CacheLine - 1) & ~(nint)(CacheLine - 1));
            float* sums = x + (long)count * width;
            for (int n = 0; n < count; n++)
            {
                float* row = (float*)source + (long)n * columns;
                Arrange(row, columns, x + (long)n * width, width);
                SumGroups(row, columns, sums + (long)n * groups, groups, matrix.GroupSize);
            }
            var dot = new PackedDot<TDecoder>((uint*)words, (float*)scales, (float*)biases, matrix);
            var job = new Job(dot, x, sums, (float*)target, count, rows, width, groups);
            int threads = (int)Math.Clamp((long)rows * width / CodesPerThread, 1, get_num_threads());
            if (threads == 1)
                job.Run(0, rows);
            else
                RunParallel(job, rows, threads);
        }
        ArrayPool<float>.Shared.Return(scratch);
        return result;
    }

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

    /// <summary>The product of some rows of the matrix with all rows of <c>x</c>.</summary>
    private readonly struct Job(PackedDot<TDecoder> dot, float* x, float* sums, float* y, int count, int rows, int width, int groups)
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* target = y + row;
                int n = 0;
                for (; n + 4 <= count; n += 4)
                {
                    Vector128<float> four = dot.Four(row, x + (long)n * width, sums + (long)n * groups);
                    for (int i = 0; i < 4; i++)
                        target[(long)(n + i) * rows] = four[i];
                }
                for (; n < count; n++)
                    target[(long)n * rows] = dot.One(row, x + (long)n * width, sums + (long)n * groups);
            }
        }
    }
}
