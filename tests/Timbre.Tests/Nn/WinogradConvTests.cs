using Timbre.Nn.Winograd;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Tests.Nn;

public class WinogradConvTests
{
    [Theory]
    [InlineData(3, 1, 16, 1)]
    [InlineData(3, 5, 16, 7)]
    [InlineData(7, 1, 32, 500)]
    [InlineData(7, 3, 16, 1001)]
    [InlineData(11, 1, 16, 96)]
    [InlineData(11, 3, 48, 333)]
    [InlineData(11, 5, 16, 2500)]
    [InlineData(5, 2, 128, 130)]
    public unsafe void EqualsActivationConvolutionAndSumOfTorch(int kernel, int dilation, int channels, int length)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7, CPU);
        Tensor Draw(params long[] shape) => randn(shape, generator: random);
        Tensor direction = Draw(channels, channels, kernel), scale = rand([channels, 1, 1], generator: random) + 0.5, bias = Draw(channels);
        Tensor input = Draw(length, channels), residual = Draw(length, channels);
        Tensor gain = Draw(channels), offset = Draw(channels), alpha = rand(channels, generator: random) * 3 + 0.2;

        TestWeights.Use(
            reader =>
            {
                if (!WinogradConv.IsSupported(reader, channels))
                    return;
                var activation = new SnakeActivation(Values(gain), Values(offset), Values(alpha), Values(alpha.reciprocal()));
                Tensor output = empty(length, channels);
                ChannelStatistics statistics = WinogradConv.Load(reader, channels, kernel, dilation).Apply(
                    WinogradConv.Address(input), length, activation, WinogradConv.Address(residual), WinogradConv.Address(output),
                    new ParallelOptions { MaxDegreeOfParallelism = 3 });

                Tensor normal = input.to(ScalarType.Float64) * gain + offset;
                Tensor active = normal + (normal * alpha).sin().square() / alpha;
                Tensor weight = (direction * (scale / direction.square().sum([1, 2], keepdim: true).sqrt())).to(ScalarType.Float64);
                Tensor convolved = conv1d(
                    active.t().unsqueeze(0), weight, bias.to(ScalarType.Float64), padding: (kernel - 1) * dilation / 2, dilation: dilation);
                Tensor expected = convolved.squeeze(0).t() + residual;
                Assert.InRange((output - expected).abs().max().item<double>(), 0, 1e-4);
                Assert.InRange((tensor(statistics.Mean) - expected.mean([0])).abs().max().item<double>(), 0, 1e-5);
                Assert.InRange((tensor(statistics.Variance) - expected.var(0, unbiased: false)).abs().max().item<double>(), 0, 1e-4);
            },
            ("weight_v", direction), ("weight_g", scale), ("bias", bias));
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();
}
