using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Timbre.Nn.Quantization;

/// <summary>Scalar products of packed rows with arranged inputs: the innermost loops of <see cref="PackedProduct{T}"/>.</summary>
internal readonly unsafe struct PackedDot<TDecoder>
    where TDecoder : ICodeDecoder
{
    private const int Lanes = PackedMatrix.VectorLength;

    private readonly uint* _words;
    private readonly float* _scales;
    private readonly float* _biases;
    private readonly int _wordsPerRow;
    private readonly int _groups;

    // A block is the smallest number of vectors that is also a whole number of groups.
    private readonly int _vectorsPerBlock;
    private readonly int _groupsPerBlock;

    /// <summary>Of a matrix, whose tensors lie at these places; no biases: null.</summary>
    public PackedDot(uint* words, float* scales, float* biases, PackedMatrix matrix)
    {
        _words = words;
        _scales = scales;
        _biases = biases;
        _wordsPerRow = matrix.WordsPerRow;
        _groups = matrix.Groups;
        int wordsPerGroup = matrix.GroupSize * TDecoder.Bits / 32;
        _vectorsPerBlock = Math.Max(1, wordsPerGroup / Lanes);
        _groupsPerBlock = Math.Max(1, Lanes / wordsPerGroup);
    }

    /// <summary>A row of the matrix by one input.</summary>
    /// <param name="row">The row.</param>
    /// <param name="x">The arranged input.</param>
    /// <param name="sums">Its sum over each group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float One(int row, float* x, float* sums)
    {
        uint* words = _words + (long)row * _wordsPerRow;
        float* scales = _scales + (long)row * _groups;
        Vector256<float> total = Vector256<float>.Zero;
        for (uint* end = words + _wordsPerRow; words < end; scales += _groupsPerBlock)
        {
            Vector256<float> sum0 = Vector256<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int vector = 0; vector < _vectorsPerBlock; vector++, words += Lanes)
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
            total = Vector256.FusedMultiplyAdd((sum0 + sum1) + (sum2 + sum3), Scales(scales), total);
        }
        return Complete(total, (long)row * _groups, sums);
    }

    /// <summary>A row of the matrix by four inputs, for which the codes are decoded once.</summary>
    /// <param name="row">The row.</param>
    /// <param name="x">The arranged inputs, one after the other.</param>
    /// <param name="sums">Their sums over each group, one after the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vector128<float> Four(int row, float* x, float* sums)
    {
        int width = _wordsPerRow * 32 / TDecoder.Bits;
        uint* words = _words + (long)row * _wordsPerRow;
        float* scales = _scales + (long)row * _groups;
        Vector256<float> total0 = Vector256<float>.Zero, total1 = total0, total2 = total0, total3 = total0;
        for (uint* end = words + _wordsPerRow; words < end; scales += _groupsPerBlock)
        {
            Vector256<float> sum0 = Vector256<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int vector = 0; vector < _vectorsPerBlock; vector++, words += Lanes)
            {
                Vector256<uint> codes = Vector256.Load(words);
                for (int code = 0; code < 8 / TDecoder.Bits; code++)
                {
                    Vector256<uint> bytes = TDecoder.Bytes(codes);
                    for (int place = 0; place < 4; place++, x += Lanes)
                    {
                        Vector256<float> numbers = TDecoder.Numbers(bytes, place);
                        sum0 = Vector256.FusedMultiplyAdd(numbers, Vector256.Load(x), sum0);
                        sum1 = Vector256.FusedMultiplyAdd(numbers, Vector256.Load(x + width), sum1);
                        sum2 = Vector256.FusedMultiplyAdd(numbers, Vector256.Load(x + 2 * width), sum2);
                        sum3 = Vector256.FusedMultiplyAdd(numbers, Vector256.Load(x + 3 * width), sum3);
                    }
                    codes >>= TDecoder.Bits;
                }
            }
            Vector256<float> scale = Scales(scales);
            total0 = Vector256.FusedMultiplyAdd(sum0, scale, total0);
            total1 = Vector256.FusedMultiplyAdd(sum1, scale, total1);
            total2 = Vector256.FusedMultiplyAdd(sum2, scale, total2);
            total3 = Vector256.FusedMultiplyAdd(sum3, scale, total3);
        }
        long first = (long)row * _groups;
        return Vector128.Create(
            Complete(total0, first, sums), Complete(total1, first, sums + _groups),
            Complete(total2, first, sums + 2 * _groups), Complete(total3, first, sums + 3 * _groups));
    }

    /// <summary>For each lane the scale of its word's group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Scales(float* scales)
    {
        if (_groupsPerBlock == 1)
            return Vector256.Create(scales[0]);
        if (_groupsPerBlock == 2)
            return Vector256.Create(Vector128.Create(scales[0]), Vector128.Create(scales[1]));
        Vector128<float> four = Vector128.Load(scales);
        if (Avx2.IsSupported)
            return Avx2.PermuteVar8x32(four.ToVector256Unsafe(), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3));
        return Vector256.Create(
            Vector128.Shuffle(four, Vector128.Create(0, 0, 1, 1)), Vector128.Shuffle(four, Vector128.Create(2, 2, 3, 3)));
    }

    /// <summary>From numbers to values, with what each group adds to all of its elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Complete(Vector256<float> total, long firstGroup, float* sums)
    {
        if (TDecoder.Base != 0)
            total = total * TDecoder.Step + Vector256.Create(TDecoder.Base) * DotGroups(_scales + firstGroup, sums);
        if (_biases is not null)
            total += DotGroups(_biases + firstGroup, sums);
        return Vector256.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> DotGroups(float* perGroup, float* sums)
    {
        Vector256<float> total = Vector256<float>.Zero;
        for (int group = 0; group < _groups; group += 8)
            total = Vector256.FusedMultiplyAdd(Vector256.Load(perGroup + group), Vector256.Load(sums + group), total);
        return total;
    }
}
