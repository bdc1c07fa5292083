using System.Text.Json;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Nn;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Loading.Weights;

public sealed class WeightReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RenamesAndTurnsAxes()
    {
        new SafetensorsBuilder().AddFloats("model.layers.0.conv.weight", [1, 2, 3], 1, 2, 3, 4, 5, 6).Write(_folder.Path);
        var map = new WeightMap { { @"^model\.", "" }, { @"^layers\.(\d+)\.", "blocks.$1." }, { @"conv\.weight$", "$0", [0, 2, 1] } };
        using Checkpoint checkpoint = OpenCheckpoint();
        using WeightStore store = Load(checkpoint, map);
        Tensor weight = store.Reader.Sub("blocks", 0).Sub("conv").Tensor("weight", 1, 3, 2);
        Assert.Equal([1f, 4, 2, 5, 3, 6], weight.data<float>().ToArray());
        store.EnsureAllUsed([]);
    }

    [Fact]
    public void NamesTheFileTheTensorAndBothShapes()
    {
        new SafetensorsBuilder().AddFloats("a.weight", [2, 2], 1, 2, 3, 4).Write(_folder.Path);
        using Checkpoint checkpoint = OpenCheckpoint();
        using WeightStore store = Load(checkpoint, WeightMap.None);
        var error = Assert.Throws<WeightException>(() => Linear.Load(store.Reader.Sub("a"), 4, 4, bias: false));
        Assert.Equal("model.safetensors: 'a.weight' is [2, 2], expected [4, 4].", error.Message);
    }

    [Fact]
    public void NamesWhatIsMissingAndWhatIsUnused()
    {
        new SafetensorsBuilder().AddFloats("a", [1], 1).AddFloats("b", [1], 1).AddFloats("c", [1], 1).Write(_folder.Path);
        using Checkpoint checkpoint = OpenCheckpoint();
        using WeightStore store = Load(checkpoint, WeightMap.None);
        store.Reader.Tensor("a", 1);
        Assert.Contains("'d'", Assert.Throws<WeightException>(() => store.Reader.Tensor("d", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'c' [1] is used by no layer", Assert.Throws<WeightException>(() => store.EnsureAllUsed(["^b$"])).Message, StringComparison.Ordinal);
        store.EnsureAllUsed(["^b$", "^c$"]);
    }

    [Fact]
    public void RefusesTheSameTensorTwice()
    {
        new SafetensorsBuilder().AddFloats("a", [1], 1).Write(_folder.Path, "one.safetensors");
        new SafetensorsBuilder().AddFloats("a", [1], 1).Write(_folder.Path, "two.safetensors");
        var error = Assert.Throws<WeightException>(() => OpenCheckpoint().Dispose());
        Assert.Contains("two.safetensors: 'a' also stands in one.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsShardsByTheirIndexAndMissesOne()
    {
        new SafetensorsBuilder().AddFloats("a", [1], 7).Write(_folder.Path, "model-00001-of-00002.safetensors");
        File.WriteAllText(_folder["model.safetensors.index.json"],
            """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        Assert.Contains("lacks model-00002", Assert.Throws<ModelNotSupportedException>(() => OpenCheckpoint().Dispose()).Message, StringComparison.Ordinal);
        new SafetensorsBuilder().AddFloats("b", [1], 8).Write(_folder.Path, "model-00002-of-00002.safetensors");
        using Checkpoint checkpoint = OpenCheckpoint();
        Assert.True(checkpoint.Has("a") && checkpoint.Has("b"));
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void AnIndexNamesFilesOfItsFolderOnly(string name)
    {
        File.WriteAllText(_folder["model.safetensors.index.json"], JsonSerializer.Serialize(new { weight_map = new { a = name } }));
        Assert.Throws<ModelNotSupportedException>(() => OpenCheckpoint().Dispose());
    }

    [Fact]
    public void DisposingGivesTheMemoryBack()
    {
        new SafetensorsBuilder().AddFloats("a", [1], 1).Write(_folder.Path);
        using Checkpoint checkpoint = OpenCheckpoint();
        WeightStore store = Load(checkpoint, WeightMap.None);
        Tensor weight = store.Reader.Tensor("a", 1);
        store.Dispose();
        Assert.True(weight.IsInvalid);
    }

    private static WeightStore Load(Checkpoint checkpoint, WeightMap map) =>
        checkpoint.Load(new CheckpointLayout("test", map), null, CPU, ScalarType.Float32);

    private Checkpoint OpenCheckpoint()
    {
        File.WriteAllText(_folder["config.json"], "{}");
        return Checkpoint.Open(ModelFiles.Open(_folder.Path));
    }
}
