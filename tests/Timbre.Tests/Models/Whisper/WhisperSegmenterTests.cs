using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public sealed class WhisperSegmenterTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Load(TinyWhisper.Folder, 1924);

    private static int Time(double seconds) => Tokenizer.FirstTimestamp + (int)Math.Round(seconds / 0.02);

    [Fact]
    public void CutsBetweenAdjacentTimestampsAndDecodesTheRestAgain()
    {
        (List<WhisperSegment> segments, int advance, bool single) =
            WhisperSegmenter.Cut(Tokenizer, [Time(0), 258, Time(1.5), Time(1.6), 269, 270, Time(4), Time(4.2), 258], seek: 1000, size: 3000);
        Assert.Equal([(10, 11.5), (11.6, 14)], segments.Select(segment => (segment.Start, segment.End)));
        Assert.Equal((400, false), (advance, single));
    }

    [Fact]
    public void OneTimestampAtTheEndClosesTheWindow()
    {
        (List<WhisperSegment> segments, int advance, bool single) =
            WhisperSegmenter.Cut(Tokenizer, [Time(0), 258, Time(1), Time(1), 269, Time(2)], seek: 0, size: 700);
        Assert.Equal([(0, 1), (1, 2)], segments.Select(segment => (segment.Start, segment.End)));
        Assert.Equal((700, true), (advance, single));
    }

    [Fact]
    public void WithoutAdjacentTimestampsTheWindowIsOneSegment()
    {
        (List<WhisperSegment> timed, _, bool single) = WhisperSegmenter.Cut(Tokenizer, [Time(0), 258, Time(2.5)], seek: 300, size: 500);
        Assert.Equal((3, 5.5, true), (timed[0].Start, timed[0].End, single));
        (List<WhisperSegment> open, int advance, _) = WhisperSegmenter.Cut(Tokenizer, [Time(0), 258], seek: 300, size: 500);
        Assert.Equal((3, 8, 500), (open[0].Start, open[0].End, advance));
        (List<WhisperSegment> empty, _, _) = WhisperSegmenter.Cut(Tokenizer, [], seek: 0, size: 100);
        Assert.Equal((0, 1, ""), (empty[0].Start, empty[0].End, empty[0].Text));
    }
}
