using CsCheck;
using Timbre.Audio.Dsp;
using Timbre.Generation;
using Xunit;

namespace Timbre.Tests.Audio.Dsp;

public class LevelsTests
{
    private static readonly Gen<float[]> Clips = Gen.Float[-1f, 1f].Array[8000, 9000];

    [Fact]
    public void AFullScaleToneHasTheLoudnessOfTheStandard()
    {
        // EBU Tech 3341: a 1 kHz stereo tone at -23 dBFS reads -23 LUFS.
        const int Rate = 48000;
        double amplitude = Math.Pow(10, -23 / 20.0);
        float[] tone = [.. Enumerable.Range(0, Rate * 4).Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * 1000 * (i / 2) / Rate)))];
        Assert.Equal(-23, Loudness.Integrated(tone, 2, Rate), 0.1);
    }

    [Fact]
    public void GainMovesLoudness() => Gen.Select(Clips, Gen.Double[-30, -5]).Sample((samples, wanted) =>
    {
        double measured = Loudness.Integrated(samples, 1, 16000);
        Levels.Scale(samples, Loudness.Gain(measured, wanted));
        Assert.Equal(wanted, Loudness.Integrated(samples, 1, 16000), 1e-3);
    }, iter: 20);

    [Fact]
    public void LoudnessRefusesWhatItCannotMeasure()
    {
        Assert.Contains("6400", Assert.Throws<ArgumentException>(() => Loudness.Integrated(new float[100], 1, 16000)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Loudness.Integrated(new float[60000], 6, 16000));
        Assert.Equal(double.NegativeInfinity, Loudness.Integrated(new float[8000], 1, 16000));
    }

    [Fact]
    public void PeakBecomesWhatIsAsked() => Clips.Sample(samples =>
    {
        Levels.NormalizePeak(samples, -6);
        Assert.Equal(Math.Pow(10, -6 / 20.0), Levels.Peak(samples), 1e-5);
    }, iter: 20);

    [Fact]
    public void SilenceStaysSilence()
    {
        float[] silence = new float[100];
        Levels.NormalizePeak(silence, -1);
        Levels.NormalizeVolume(silence);
        Assert.All(silence, sample => Assert.Equal(0, sample));
        Levels.NormalizeVolume([]);
    }

    [Fact]
    public void VolumeNeverPassesFullScale() => Gen.Select(Clips, Gen.Double[0, 3]).Sample((samples, gain) =>
    {
        Levels.Scale(samples, gain);
        Levels.NormalizeVolume(samples);
        Assert.True(Levels.Peak(samples) <= 1.00001f);
    }, iter: 20);

    [Fact]
    public void FadesReachZeroAndLeaveAShortClipAlone()
    {
        float[] clip = [1, 1, 1, 1, 1, 1];
        Levels.Fade(clip, 3, 2);
        Assert.Equal([0, 0.5f, 1, 1, 1, 0], clip);
        float[] brief = [1, 1];
        Levels.Fade(brief, 3, 2);
        Assert.Equal([1, 1], brief);
    }

    [Fact]
    public void TrimsSilenceButNotSound()
    {
        float[] clip = [.. new float[8000], .. Enumerable.Repeat(0.5f, 8000), .. new float[8000]];
        (int start, int length) = SpeechBounds.TrimSilence(clip).GetOffsetAndLength(clip.Length);
        Assert.InRange(start, 5000, 8000);
        Assert.InRange(start + length, 16000, 20000);
        Assert.Equal((0, 100), SpeechBounds.TrimSilence(new float[100]).GetOffsetAndLength(100));
        Assert.Equal((0, 100), SpeechBounds.TrimToRuns(new float[100], 16000).GetOffsetAndLength(100));
        Assert.Throws<ArgumentException>(() => SpeechBounds.FindSpeech(new float[100], 16000));
    }

    [Fact]
    public void ASegmentIsAStretchOfTheClip() => Gen.Select(Gen.Float[-1f, 1f].Array[1, 50], Gen.Int[1, 60], Gen.ULong).Sample((samples, length, seed) =>
    {
        using var random = new RandomSource(seed);
        float[] segment = SpeechBounds.RandomSegment(samples, length, random);
        Assert.Equal(length, segment.Length);
        Assert.True(samples.AsSpan().IndexOf(segment.AsSpan(0, Math.Min(length, samples.Length))) >= 0);
        Assert.All(segment.Skip(samples.Length), sample => Assert.Equal(0, sample));
    }, iter: 50);

    [Fact]
    public void AFilterRunsItsRecursion()
    {
        var filter = new IirFilter([2], [2, -1]);
        Assert.Equal([1, 0.5, 0.25], new double[] { 1, 0, 0 }.Select(filter.Next));
        Assert.Throws<ArgumentException>(() => new IirFilter([1], []));
    }
}
