using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public class WhisperHallucinationsTests
{
    private static readonly WhisperWindow Window = new(Seek: 0, Size: 3000, ContentEnd: 60, SingleEnding: true);

    private static WhisperSegment Segment(double start, double end, double probability) => new()
    {
        Seek = 0, Start = start, End = end, Tokens = [1], Text = " word",
        Words = [new WhisperWord { Text = " word", Tokens = [1], Start = start, End = end, Probability = probability }],
    };

    [Fact]
    public void KeepsProbableSegments()
    {
        List<WhisperSegment> segments = [Segment(0, 0.5, 0.9), Segment(20, 20.5, 0.8)];
        Assert.Equal((3000, false), WhisperHallucinations.Remove(segments, Window, 3000, 0, 2));
        Assert.Equal(2, segments.Count);
    }

    [Fact]
    public void SkipsSilenceBeforeAnImprobableFirstSegment() =>
        Assert.Equal((1200, true), WhisperHallucinations.Remove([Segment(12, 12.05, 0.1)], Window, 3000, 0, 2));

    [Fact]
    public void DropsAnImprobableSegmentInSilence()
    {
        List<WhisperSegment> segments = [Segment(0, 0.5, 0.9), Segment(20, 20.05, 0.1), Segment(25, 25.5, 0.9)];
        Assert.Equal((2000, false), WhisperHallucinations.Remove(segments, Window, 3000, 0, 2));
        Assert.Single(segments);
    }

    [Fact]
    public void EndsWhereTheContentEnds()
    {
        List<WhisperSegment> segments = [Segment(0, 0.5, 0.9), Segment(28.5, 28.55, 0.1)];
        Assert.Equal((2900, false), WhisperHallucinations.Remove(segments, Window with { ContentEnd = 29, Size = 2900 }, 2900, 0, 2));
        Assert.Single(segments);
    }
}
