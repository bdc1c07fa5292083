using Timbre.Audio.Dsp;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Audio.Dsp;

public class MelTests
{
    [Theory]
    [InlineData(MelScale.Htk)]
    [InlineData(MelScale.Slaney)]
    internal void TrianglesWithoutNormAddToOneBetweenTheOuterPeaks(MelScale scale)
    {
        MelFilterBank bank = MelFilterBank.Create(16000, 2048, 40, norm: MelNorm.None, scale: scale);
        using Tensor weights = bank.ToTensor();
        long first = weights[0].argmax().item<long>() + 1, last = weights[39].argmax().item<long>() - 1;
        Assert.True(weights.sum([0L]).narrow(0, first, last - first).sub(1).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void SlaneyNormGivesEveryTriangleTheSameArea()
    {
        using Tensor areas = MelFilterBank.Create(16000, 8192, 40).ToTensor().sum(1) * (16000f / 8192);
        Assert.True(areas.sub(1).abs().max().item<float>() < 0.02);
    }

    [Fact]
    public void Float32AndFloat64AreNear()
    {
        float[] precise = MelFilterBank.Create(24000, 1024, 100).Weights, single = MelFilterBank.Create(24000, 1024, 100, precise: false).Weights;
        Assert.Equal(0, precise.Zip(single, (a, b) => Math.Abs(a - b)).Max(), 1e-5f);
        Assert.NotEqual(precise, single);
    }

    [Fact]
    public void KaldiScaleGoesThereAndBack()
    {
        for (double frequency = 0; frequency < 8000; frequency += 123.4)
            Assert.Equal(frequency, MelFilterBank.KaldiFrequency(MelFilterBank.KaldiMel(frequency)), 1e-9 * 8000);
    }

    [Fact]
    public void ABankForOtherBinsIsRefused() =>
        Assert.Throws<ArgumentException>(() => new MelSpectrogram(new Stft(400, 160), MelFilterBank.Create(16000, 512, 80)));

    [Fact]
    public void WhisperScaleOfSilenceIsFlatAndOfSoundSpansAtMostTwo()
    {
        using var scope = NewDisposeScope();
        var mel = new MelSpectrogram(new Stft(400, 160), MelFilterBank.Create(16000, 400, 80));
        Tensor silence = mel.WhisperLog(zeros(16000));
        Assert.Equal([101L, 80L], silence.shape);
        Assert.Equal(-1.5f, silence.min().item<float>());
        Assert.Equal(-1.5f, silence.max().item<float>());
        Tensor sound = mel.WhisperLog(cat([zeros(8000), randn(8000, generator: new Generator(3))]));
        Assert.Equal(2, (sound.max() - sound.min()).item<float>(), 1e-5f);
        Assert.Equal((10 + 4) / 4f - 2, mel.WhisperLog(zeros(16000), largest: 10).min().item<float>(), 1e-5f);
    }
}
