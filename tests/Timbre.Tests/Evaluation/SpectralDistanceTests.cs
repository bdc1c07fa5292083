using Timbre.Audio;
using Timbre.Evaluation;
using Xunit;

namespace Timbre.Tests.Evaluation;

public class SpectralDistanceTests
{
    [Fact]
    public void TheSameRecordingIsAtNoDistance() => Assert.Equal(0, SpectralDistance.Between(Tone(0.5f), Tone(0.5f)));

    [Fact]
    public void TwiceTheLevelIsSixDecibels() => Assert.Equal(6.02, SpectralDistance.Between(Noise(0.25f), Noise(0.5f)), 0.01);

    [Fact]
    public void AnotherPaceIsNotAnotherSound() =>
        Assert.InRange(SpectralDistance.Between(Tone(0.5f, 24000), Tone(0.5f, 30000)), 0, 2);

    [Fact]
    public void ShortRecordingsAreFilledUp() => Assert.True(double.IsFinite(SpectralDistance.Between(Tone(0.5f, 10), Tone(0.5f, 0))));

    [Fact]
    public void RatesHaveToBeTheSame() =>
        Assert.Throws<ArgumentException>(() => SpectralDistance.Between(new AudioBuffer([0], 16000), new AudioBuffer([0], 24000)));

    [Fact]
    public void TheClipIsElevenSecondsOfSpeech()
    {
        using AudioSource clip = KnownSpeech.OpenClip();
        using IMonoReader reader = clip.OpenMono(16000);
        var block = new float[16000 * 12];
        int count = 0;
        while (reader.Read(block.AsSpan(count)) is int read and > 0)
            count += read;
        Assert.InRange(count / 16000.0, 10.9, 11.1);
        Assert.InRange(block.Max(Math.Abs), 0.3, 1.1);
    }

    private static AudioBuffer Tone(float level, int samples = 24000) =>
        new([.. Enumerable.Range(0, samples).Select(i => level * (float)Math.Sin(i * 0.1))], 24000);

    private static AudioBuffer Noise(float level)
    {
        var random = new Random(1);
        return new([.. Enumerable.Range(0, 24000).Select(_ => level * (float)(random.NextDouble() - 0.5))], 24000);
    }
}
