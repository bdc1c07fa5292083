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
    public void MelPowerIsTheBankOverTheSpectra()
    {
        using var scope = NewDisposeScope();
        var stft = new Stft(400, 160);
        MelFilterBank bank = MelFilterBank.Create(16000, 400, 80);
        // More frames than one block holds.
        Tensor signal = randn(2, 100_000, generator: new Generator(3)), mel = new MelSpectrogram(stft, bank).Power(signal);
        Assert.Equal([2L, 626L, 80L], mel.shape);
        Assert.True(mel.allclose(matmul(stft.Transform(signal).abs().square(), bank.ToTensor().t()), rtol: 1e-4, atol: 1e-4));
        Assert.Equal(0, new MelSpectrogram(stft, bank).Power(zeros(16000)).abs().max().item<float>());
    }
}
