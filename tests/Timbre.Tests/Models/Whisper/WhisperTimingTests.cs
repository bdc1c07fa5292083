using CsCheck;
using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public class WhisperTimingTests
{
    [Fact]
    public void TheMedianFilterIsTheMiddleOfEachWindow() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 60], Gen.Int[0, 4].Select(reach => (2 * reach) + 1)).SelectMany(
            (rows, length, width) => Gen.Float[-1, 1].Array[rows * length].Select(values => (values, length, width))).Sample(
            (values, length, width) =>
            {
                float[] actual = [.. values];
                WhisperAlignment.MedianFilter(actual, length, width);
                Assert.Equal(Enumerable.Range(0, values.Length).Select(i => Median(values, i / length * length, i % length, length, width)), actual);
            });

    [Fact]
    public void AnEvenWidthIsAnError() => Assert.Throws<ArgumentException>(() => WhisperAlignment.MedianFilter(new float[8], 8, 4));

    [Fact]
    public void ThePathIsMonotonicWholeAndCheapest() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 12], Gen.Int).Sample((tokens, frames, seed) =>
            {
                // Without ties: of equal costs the original takes the next frame, which may not be the cheapest.
                var random = new Random(seed);
                double[] cost = [.. Enumerable.Range(0, tokens * frames).Select(_ => random.NextDouble() - 0.5)];
                (int[] i, int[] j) = WhisperAlignment.WarpTime(Array.ConvertAll(cost, value => (float)value), tokens, frames);
                Assert.Equal((0, 0, tokens - 1, frames - 1), (i[0], j[0], i[^1], j[^1]));
                for (int k = 1; k < i.Length; k++)
                    Assert.True(i[k] - i[k - 1] is 0 or 1 && j[k] - j[k - 1] is 0 or 1 && i[k] + j[k] > i[k - 1] + j[k - 1]);
                Assert.Equal(Cheapest(cost, tokens, frames), i.Zip(j).Sum(point => cost[(point.First * frames) + point.Second]), 5e-4f);
            });

    [Fact]
    public void PunctuationJoinsItsWord()
    {
        List<WhisperWord> words = [Word(" ("), Word("well"), Word(","), Word(" \""), Word("yes"), Word("\""), Word("."), Word(")")];
        WhisperTiming.MergePunctuation(words);
        Assert.Equal([" (well,", " \"yes\".)"], words.Where(word => word.Text.Length > 0).Select(word => word.Text));
        Assert.Equal([3, 5], words.Where(word => word.Text.Length > 0).Select(word => word.Tokens.Length));
    }

    [Fact]
    public void WordsGoToTheSegmentOfTheirIds()
    {
        WhisperSegment first = Segment(100, 1, 3, 900, 1, 2, 901), second = Segment(100, 3, 5, 901, 3, 902);
        double last = WhisperTiming.AddWords([first, second], [Word(" a", 0, 0.5), Word(" b", 0.5, 1), Word(" c", 2, 2.5)], 800, 0);
        Assert.Equal([" a", " b"], first.Words!.Select(word => word.Text));
        Assert.Equal((1, 2), (first.Start, first.End));
        Assert.Equal((3.0, 3.5, 3.5), (second.Words![0].Start, second.End, last));
    }

    [Fact]
    public void AWordThatRunsOverAPauseIsShortened()
    {
        // Median 0.2: words may last 0.4 s.
        WhisperSegment segment = Segment(0, 5, 6.6, 1, 2, 3, 4, 5);
        List<WhisperWord> words = [Word(" Late", 0, 6), Word(" we", 6, 6.2), Word(" go", 6.2, 6.4), Word(" now", 6.4, 6.6), Word(".", 6.6, 9)];
        WhisperTiming.AddWords([segment], words, 800, 0);
        Assert.Equal([(5.6, 6.0), (6.0, 6.2), (6.2, 6.4), (6.4, 6.6)], segment.Words!.Select(word => (Math.Round(word.Start, 6), word.End)));
        Assert.Equal(6.6, segment.End);
    }

    [Fact]
    public void ASegmentWithoutTextHasNoWords()
    {
        WhisperSegment segment = Segment(0, 1, 2, 900);
        Assert.Equal(0.25, WhisperTiming.AddWords([segment], [], 800, 0.25));
        Assert.Empty(segment.Words!);
    }

    private static WhisperWord Word(string text, double start = 0, double end = 0) =>
        new() { Text = text, Tokens = [1], Start = start, End = end, Probability = 1 };

    private static WhisperSegment Segment(int seek, double start, double end, params int[] tokens) =>
        new() { Seek = seek, Start = start, End = end, Tokens = tokens };

    private static float Median(float[] values, int row, int position, int length, int width)
    {
        int reach = width / 2;
        if (length <= reach)
            return values[row + position];
        float[] window = [.. Enumerable.Range(position - reach, width).Select(i => values[row + (i < 0 ? -i : i >= length ? (2 * length) - 2 - i : i)]).Order()];
        return window[reach];
    }

    private static double Cheapest(double[] cost, int tokens, int frames)
    {
        var total = new double[tokens, frames];
        for (int i = 0; i < tokens; i++)
            for (int j = 0; j < frames; j++)
            {
                double before = i == 0 && j == 0 ? 0 : Math.Min(
                    i == 0 ? double.MaxValue : total[i - 1, j], Math.Min(j == 0 ? double.MaxValue : total[i, j - 1], i == 0 || j == 0 ? double.MaxValue : total[i - 1, j - 1]));
                total[i, j] = cost[(i * frames) + j] + before;
            }
        return total[tokens - 1, frames - 1];
    }
}
