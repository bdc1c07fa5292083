using System.Text.Json;
using CsCheck;
using Timbre.Loading.Weights;
using Xunit;
using static Timbre.Tests.Loading.Weights.PickleWriter;
using static TorchSharp.torch;

namespace Timbre.Tests.Loading.Weights;

public sealed class TorchFileTests : IDisposable
{
    private static readonly (string Storage, int Size, ScalarType Type)[] Types =
    [
        ("DoubleStorage", 8, ScalarType.Float64), ("FloatStorage", 4, ScalarType.Float32), ("HalfStorage", 2, ScalarType.Float16),
        ("BFloat16Storage", 2, ScalarType.BFloat16), ("ComplexFloatStorage", 8, ScalarType.ComplexFloat32), ("LongStorage", 8, ScalarType.Int64),
        ("IntStorage", 4, ScalarType.Int32), ("ShortStorage", 2, ScalarType.Int16), ("CharStorage", 1, ScalarType.Int8),
        ("ByteStorage", 1, ScalarType.Byte), ("BoolStorage", 1, ScalarType.Bool),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void ReadsEveryType(bool isLegacy, bool isZip64)
    {
        var builder = new TorchFileBuilder();
        var root = new Dictionary<string, object?>();
        foreach ((string storage, int size, _) in Types)
            root[storage] = TorchFileBuilder.View(builder.Storage(storage, size, BytesOf(6 * size)), 0, [2, 3], [3, 1]);
        using TensorFile file = Open(isLegacy ? builder.BuildLegacy(root) : builder.Build(root, isZip64: isZip64));
        Assert.Equal(Types.Select(type => type.Storage), file.Entries.Keys);
        Assert.All(Types, expected =>
        {
            TensorEntry entry = file.Entries[expected.Storage];
            using Tensor tensor = file.Read(entry);
            Assert.Equal(expected.Type, tensor.dtype);
            Assert.Equal([2L, 3L], tensor.shape);
            Assert.Equal(BytesOf(6 * expected.Size), tensor.bytes.ToArray());
            Assert.Equal(BytesOf(6 * expected.Size), file.Bytes(entry).ToArray());
        });
    }

    /// <summary>Whatever views of whatever storage: the values are those of torch's own view.</summary>
    [Fact]
    public void ReadsViewsOfSharedStorages()
    {
        float[] values = [.. Enumerable.Range(0, 200).Select(i => (float)i)];
        Gen.Select(Gen.Long[0, 4].Array[0, 4], Gen.Long[0, 15].Array[4], Gen.Long[0, 5]).Array[1, 4].Sample(views =>
        {
            var builder = new TorchFileBuilder();
            Persistent storage = builder.Storage("FloatStorage", 4, BytesOf(values));
            var root = new Dictionary<string, object?>();
            foreach ((long[] shape, long[] strides, long offset) in views)
                root[$"{root.Count}"] = TorchFileBuilder.View(storage, offset, shape, strides[..shape.Length]);
            using TensorFile file = Open(builder.Build(root));
            using Tensor all = tensor(values);
            for (int i = 0; i < views.Length; i++)
            {
                (long[] shape, long[] strides, long offset) = views[i];
                using Tensor expected = all.as_strided(shape, strides[..shape.Length], offset), dense = expected.contiguous();
                using Tensor actual = file.Read(file.Entries[$"{i}"]);
                Assert.Equal(shape, actual.shape);
                Assert.True(actual.is_contiguous());
                Assert.Equal(BytesOf(dense), BytesOf(actual));
                Assert.Equal(BytesOf(actual), file.Bytes(file.Entries[$"{i}"]).ToArray());
            }
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void ReadsWhatNewerVersionsWrite()
    {
        var builder = new TorchFileBuilder();
        var gradient = new object?[] { true, new Call(new Named("collections", "OrderedDict")) };
        Persistent untyped = new(new object?[]
        {
            "storage", new Named("torch.storage", "UntypedStorage"), ((object?[])builder.Storage("ByteStorage", 1, BytesOf(1f, 2f)).Id!)[2], "cuda:0", 8,
        });
        var root = new Call(new Named("collections", "OrderedDict"), new List<object?>
        {
            new object?[] { "parameter", new Call(new Named("torch._utils", "_rebuild_parameter"), [builder.Floats([1], 3), .. gradient]) },
            new object?[]
            {
                "kept", new Call(new Named("torch._utils", "_rebuild_parameter_with_state"),
                    [builder.Floats([1], 4), .. gradient, new Dictionary<string, object?>()]),
            },
            new object?[]
            {
                "typed", new Call(new Named("torch._utils", "_rebuild_tensor_v3"),
                    untyped, 1, new object?[] { 1 }, new object?[] { 1 }, false, null, new Named("torch", "float32"), null),
            },
            new object?[]
            {
                "buffer", new Call(new Named("torch._tensor", "_rebuild_from_type_v2"), new Named("torch._utils", "_rebuild_tensor_v2"),
                    new Named("torch.nn.parameter", "Buffer"), builder.Floats([1], 5).Arguments, new Dictionary<string, object?>()),
            },
        });
        using TensorFile file = Open(builder.Build(new Built(root, new Dictionary<string, object?> { ["_metadata"] = null })));
        Assert.Equal(new Dictionary<string, float> { ["parameter"] = 3, ["kept"] = 4, ["typed"] = 2, ["buffer"] = 5 },
            file.Entries.ToDictionary(entry => entry.Key, entry => BitConverter.ToSingle(file.Bytes(entry.Value))));
    }

    [Fact]
    public void FindsTheWeightsOfATraining()
    {
        var builder = new TorchFileBuilder();
        var root = new Dictionary<string, object?>
        {
            ["epoch"] = 3,
            ["state_dict"] = new Dictionary<string, object?> { ["a.weight"] = builder.Floats([1], 1) },
            ["optimizer_states"] = new List<object?> { new Dictionary<string, object?> { ["exp_avg"] = builder.Floats([1], 2) } },
            ["hyper_parameters"] = new Built(
                new Call(new Named("argparse", "Namespace")),
                new Dictionary<string, object?> { ["lr"] = 0.5, ["names"] = new List<object?> { "x", null, true } }),
            ["callbacks"] = new Named("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint"),
        };
        using TensorFile file = Open(builder.Build(root));
        Assert.Equal(["a.weight"], file.Entries.Keys);
        Assert.Equal("""{"epoch":3,"hyper_parameters":{"lr":0.5,"names":["x",null,true]}}""", JsonSerializer.Serialize(file.Settings));
    }

    /// <summary>Its objects know what they stand in, which makes circles.</summary>
    [Fact]
    public void ReadsTheValuesOfOmegaconf()
    {
        var node = new Built(
            new Call(new Named("omegaconf.nodes", "AnyNode")),
            new Dictionary<string, object?> { ["_parent"] = new Raw((byte)'h', 7), ["_val"] = 16000 });
        var config = new Built(
            new Raw([.. "comegaconf.dictconfig\nDictConfig\n)R"u8, (byte)'q', 7]),
            new Dictionary<string, object?> { ["_parent"] = null, ["_content"] = new Dictionary<string, object?> { ["sample_rate"] = node } });
        var builder = new TorchFileBuilder();
        using TensorFile file = Open(builder.Build(new Dictionary<string, object?> { ["scaler.mean"] = builder.Floats([1], 1), ["config"] = config }));
        Assert.Equal(["scaler.mean"], file.Entries.Keys);
        Assert.Equal("""{"config":{"sample_rate":16000}}""", JsonSerializer.Serialize(file.Settings));
    }

    [Fact]
    public void JoinsTheNamesOfPartsAndUnwrapsALoneModel()
    {
        var builder = new TorchFileBuilder();
        Dictionary<string, object?> Part(float value) => new() { ["module.weight"] = builder.Floats([1], value) };
        using (TensorFile parts = Open(builder.Build(new Dictionary<string, object?> { ["bert"] = Part(1), ["model"] = Part(2) })))
            Assert.Equal(["bert.module.weight", "model.module.weight"], parts.Entries.Keys);
        using (TensorFile model = Open(builder.Build(new Dictionary<string, object?> { ["model"] = Part(1), ["optimizer"] = Part(2), ["iteration"] = 7 })))
            Assert.Equal(["module.weight"], model.Entries.Keys);
        using TensorFile lone = Open(builder.Build(builder.Floats([2], 1, 2)));
        Assert.Equal([TorchState.LoneTensor], lone.Entries.Keys);
        using TensorFile list = Open(builder.Build(new List<object?> { builder.Floats([1], 1), builder.Floats([1], 2) }));
        Assert.Equal(["0", "1"], list.Entries.Keys);
    }

    private TensorFile Open(byte[] bytes)
    {
        File.WriteAllBytes(_folder["weights.pt"], bytes);
        return TensorFile.Open(_folder["weights.pt"]);
    }

    private static byte[] BytesOf(Tensor dense) => dense.numel() > 0 ? dense.bytes.ToArray() : [];

    private static byte[] BytesOf(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i % 2))];

    private static byte[] BytesOf(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
