using System.Runtime.Intrinsics;

namespace Timbre.Nn.Winograd;

/// <summary>Mean and biased variance of each channel over time, from sums that were taken block by block.</summary>
/// <param name="Mean">One value a channel.</param>
/// <param name="Variance">One value a channel.</param>
internal sealed record ChannelStatistics(double[] Mean, double[] Variance)
{
    private const int BlockRows = 256;

    /// <summary>Statistics of rows <c>[T, C]</c>, C a multiple of eight.</summary>
    public static unsafe ChannelStatistics Of(float* rows, long length, int channels, ParallelOptions parallel)
    {
        int blocks = (int)((length + BlockRows - 1) / BlockRows);
        var sums = new float[blocks * 2 * channels];
        Parallel.For(0, blocks, parallel, block =>
        {
            long first = (long)block * BlockRows, last = Math.Min(first + BlockRows, length);
            fixed (float* sum = &sums[block * 2 * channels])
            {
                for (long t = first; t < last; t++)
                {
                    for (nint c = 0; c < channels; c += 8)
                    {
                        Vector256<float> x = Vector256.Load(rows + t * channels + c);
                        (Vector256.Load(sum + c) + x).Store(sum + c);
                        Vector256.FusedMultiplyAdd(x, x, Vector256.Load(sum + channels + c)).Store(sum + channels + c);
                    }
                }
            }
        });
        return FromSums(sums, channels, length);
    }

    /// <summary>From <c>[blocks][sum, sum of squares][channels]</c>, added in the order of the blocks so that a result repeats exactly.</summary>
    public static ChannelStatistics FromSums(float[] sums, int channels, long length)
    {
        var mean = new double[channels];
        var square = new double[channels];
        for (int block = 0; block < sums.Length; block += 2 * channels)
        {
            for (int c = 0; c < channels; c++)
            {
                mean[c] += sums[block + c];
                square[c] += sums[block + channels + c];
            }
        }
        for (int c = 0; c < channels; c++)
        {
            mean[c] /= length;
            square[c] = Math.Max(0, square[c] / length - mean[c] * mean[c]);
        }
        return new ChannelStatistics(mean, square);
    }
}
