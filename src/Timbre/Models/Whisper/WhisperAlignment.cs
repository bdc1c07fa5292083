using System.Numerics;

namespace Timbre.Models.Whisper;

/// <summary>From cross-attention weights to the times of tokens: median filter and dynamic time warping.</summary>
internal static class WhisperAlignment
{
    /// <summary>Width of the median filter over frames.</summary>
    public const int MedianWidth = 7;

    /// <summary>
    /// Median over <paramref name="width"/> neighbours, edges reflected; rows too short to reflect are left as they are.
    /// </summary>
    /// <param name="values">Rows of <paramref name="rowLength"/> values, filtered in place.</param>
    /// <param name="rowLength">Values in a row.</param>
    /// <param name="width">An odd number.</param>
    public static void MedianFilter(Span<float> values, int rowLength, int width = MedianWidth)
    {
        if (width < 1 || width % 2 == 0)
            throw new ArgumentException($"A median filter needs an odd width; {width} is not.", nameof(width));
        int reach = width / 2;
        if (rowLength <= reach)
            return;
        // The tail lets the last vectors read beyond the row.
        var padded = new float[rowLength + width - 1 + Vector<float>.Count];
        var window = new Vector<float>[width];
        var tail = new float[Vector<float>.Count];
        for (; !values.IsEmpty; values = values[rowLength..])
        {
            Span<float> row = values[..rowLength];
            row.CopyTo(padded.AsSpan(reach));
            for (int i = 1; i <= reach; i++)
            {
                padded[reach - i] = row[i];
                padded[reach + rowLength - 1 + i] = row[rowLength - 1 - i];
            }
            for (int start = 0; start < rowLength; start += Vector<float>.Count)
            {
                Vector<float> median = Median(padded.AsSpan(start), window);
                median.CopyTo(tail);
                tail.AsSpan(0, Math.Min(tail.Length, rowLength - start)).CopyTo(row[start..]);
            }
        }
    }

    /// <summary>Medians of as many neighbouring windows as a vector holds: bubble sort without branches, up to the middle.</summary>
    private static Vector<float> Median(ReadOnlySpan<float> padded, Span<Vector<float>> window)
    {
        for (int i = 0; i < window.Length; i++)
            window[i] = new Vector<float>(padded[i..]);
        for (int sorted = 0; sorted <= window.Length / 2; sorted++)
            for (int i = 0; i + 1 < window.Length - sorted; i++)
            {
                Vector<float> low = Vector.Min(window[i], window[i + 1]);
                window[i + 1] = Vector.Max(window[i], window[i + 1]);
                window[i] = low;
            }
        return window[window.Length / 2];
    }

    /// <summary>
    /// The cheapest monotonic path through <paramref name="cost"/> [tokens, frames] from corner to corner.
    /// </summary>
    /// <remarks>Ties as in the original: the diagonal only if strictly cheapest, then the next token only if strictly so, else the next frame.</remarks>
    public static (int[] Tokens, int[] Frames) WarpTime(ReadOnlySpan<float> cost, int tokens, int frames)
    {
        byte[] steps = FindSteps(cost, tokens, frames);
        var path = new List<(int Token, int Frame)>(tokens + frames);
        // One more row and column stand before the first: attention that is no number, over a single frame, leads through frame -1.
        int i = tokens, j = frames;
        while (i > 0 || j > 0)
        {
            path.Add((i - 1, j - 1));
            byte step = i == 0 ? NextFrame : j == 0 ? NextToken : steps[((i - 1) * frames) + j - 1];
            i -= step is Diagonal or NextToken ? 1 : 0;
            j -= step is Diagonal or NextFrame ? 1 : 0;
        }
        path.Reverse();
        return ([.. path.Select(point => point.Token)], [.. path.Select(point => point.Frame)]);
    }

    private const byte Diagonal = 0, NextToken = 1, NextFrame = 2;

    private static byte[] FindSteps(ReadOnlySpan<float> cost, int tokens, int frames)
    {
        var steps = new byte[tokens * frames];
        // total[j + 1] is the cheapest way to frame j of the row before, until this row overwrites it.
        var total = new float[frames + 1];
        Array.Fill(total, float.PositiveInfinity);
        total[0] = 0;
        for (int token = 0; token < tokens; token++)
        {
            ReadOnlySpan<float> row = cost.Slice(token * frames, frames);
            Span<byte> rowSteps = steps.AsSpan(token * frames, frames);
            float diagonal = total[0];
            float left = total[0] = float.PositiveInfinity;
            for (int frame = 0; frame < row.Length; frame++)
            {
                float above = total[frame + 1];
                (float best, byte step) = diagonal < above && diagonal < left ? (diagonal, Diagonal)
                    : above < diagonal && above < left ? (above, NextToken)
                    : (left, NextFrame);
                diagonal = above;
                left = total[frame + 1] = row[frame] + best;
                rowSteps[frame] = step;
            }
        }
        return steps;
    }
}
