using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Tests.Loading;

/// <summary>Whatever kernels were chosen on this machine, they are right: in double precision libtorch uses its own.</summary>
public sealed class NativeKernelsTests
{
    [Theory]
    [InlineData(20, 24, 3)]
    [InlineData(24, 20, 5)]
    [InlineData(100, 8, 3)]
    [InlineData(514, 22, 3)]
    public void ConvolutionsWithRemaindersAreRight(int inputs, int outputs, int kernel)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(1, inputs, 3000), weight = randn(outputs, inputs, kernel);
        Tensor expected = conv1d(x.to(ScalarType.Float64), weight.to(ScalarType.Float64), padding: 1);
        Assert.True((conv1d(x, weight, padding: 1).to(ScalarType.Float64) - expected).abs().max().item<double>() < 1e-2);
    }

    [Theory]
    [InlineData(20, 12)]
    [InlineData(24, 16)]
    [InlineData(64, 32)]
    public void RecurrentLayersAreRight(int inputs, int hidden)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var layer = torch.nn.LSTM(inputs, hidden, batchFirst: true, bidirectional: true);
        Tensor x = randn(1, 50, inputs);
        Tensor actual = layer.call(x).Item1.to(ScalarType.Float64);
        layer.to(ScalarType.Float64);
        Assert.True((actual - layer.call(x.to(ScalarType.Float64)).Item1).abs().max().item<double>() < 1e-4);
        layer.Dispose();
    }
}
