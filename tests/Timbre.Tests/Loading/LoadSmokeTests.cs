using Timbre.Loading;
using Timbre.Loading.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Loading;

public class LoadSmokeTests
{
    [Fact]
    public void ReadsShippedWhisper()
    {
        string? folder = ModelCatalog.Default.TryFind("whisper-base-8bit");
        Assert.SkipWhen(folder is null, "not here");
        ModelFiles files = ModelFiles.Open(folder!);
        using var checkpoint = Checkpoint.Open(files);
        using WeightStore store = checkpoint.Load(new CheckpointLayout("mlx", WeightMap.None), QuantizationConfig.Read(files.Config.Root), CPU, ScalarType.Float32);
        using var scope = NewDisposeScope();
        Timbre.Nn.Linear linear = Timbre.Nn.Linear.Load(store.Reader.Sub("decoder.blocks", 0).Sub("mlp1"), 512, 2048);
        Tensor y = linear.Forward(ones(1, 512));
        Assert.Equal([1L, 2048L], y.shape);
        Assert.True(y.abs().max().item<float>() < 1000);
    }
}
