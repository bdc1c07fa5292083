using Timbre.Audio.Dsp;
using Timbre.Generation;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Audio.Dsp;

public class KaldiFbankTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(399, 0)]
    [InlineData(400, 1)]
    [InlineData(559, 1)]
    [InlineData(560, 2)]
    public void OnlyWholeFramesCount(int samples, int frames)
    {
        using Tensor features = KaldiFbank.Compute(zeros(samples), new KaldiFbankOptions { Mels = 20 });
        Assert.Equal([frames, 20L], features.shape);
    }

    [Fact]
    public void AConstantIsTakenAway()
    {
        using Tensor features = KaldiFbank.Compute(full(800, 0.5f), new KaldiFbankOptions());
        Assert.Equal((float)Math.Log(1e-8), features.max().item<float>(), 1e-4f);
    }

    [Fact]
    public void DitherNeedsASourceAndRepeatsWithItsSeed()
    {
        using var scope = NewDisposeScope();
        var options = new KaldiFbankOptions { Dither = 1 };
        Assert.Throws<ArgumentNullException>(() => KaldiFbank.Compute(zeros(800), options));
        using RandomSource first = new(5), second = new(5);
        Assert.True(KaldiFbank.Compute(zeros(800), options, first).equal(KaldiFbank.Compute(zeros(800), options, second)).all().item<bool>());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    public void DeltasOfALineAreItsSlope(int width)
    {
        using var scope = NewDisposeScope();
        Tensor deltas = KaldiFbank.Deltas(arange(20, ScalarType.Float32).mul(3).unsqueeze(0), width);
        int reach = width / 2;
        Assert.True(deltas.narrow(1, reach, 20 - 2 * reach).sub(3).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void LowFrameRateRepeatsTheEdges()
    {
        using var scope = NewDisposeScope();
        Tensor features = arange(5, ScalarType.Float32).unsqueeze(1);
        Assert.Equal([0, 0, 0, 1, 2, 2, 3, 4, 4, 4], KaldiFbank.LowFrameRate(features, 5, 4).flatten().data<float>().ToArray());
    }

    [Fact]
    public void CmvnShiftsThenScales()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(9, KaldiFbank.ApplyCmvn(ones(2, 1), full(1, 2f), full(1, 3f)).max().item<float>());
    }
}
