using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Tests.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Loading;

public sealed class ModelFilesTests : IDisposable
{
    private const string NemoConfig = "target: nemo.collections.asr.models.EncDecRNNTBPEModel\ntokenizer: {model_path: 'nemo:t.model'}\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AWeightFileTakesTheConfigOfItsFolder()
    {
        File.WriteAllText(_folder["config.json"], """{"model_type":"x"}""");
        new SafetensorsBuilder().AddFloats("a", [1], 1).Write(_folder.Path, "one.safetensors");
        new SafetensorsBuilder().AddFloats("b", [1], 1).Write(_folder.Path, "two.safetensors");
        using ModelFiles files = ModelFiles.Open(_folder["two.safetensors"]);
        using Checkpoint checkpoint = Checkpoint.Open(files);
        Assert.Equal(("x", "two.safetensors", _folder.Path), (files.Config.ModelType, files.Name, files.Folder));
        Assert.Equal(["b"], checkpoint.Names);
    }

    [Fact]
    public void AFileOrItsFolderBringsTheConfigAlong()
    {
        var builder = new TorchFileBuilder();
        File.WriteAllBytes(_folder["base.pt"], builder.Build(new Dictionary<string, object?>
        {
            ["dims"] = new Dictionary<string, object?> { ["n_mels"] = 80, ["n_vocab"] = 51865 },
            ["model_state_dict"] = new Dictionary<string, object?> { ["a"] = builder.Floats([1], 1) },
        }));
        foreach (string path in new[] { _folder["base.pt"], _folder.Path })
        {
            using ModelFiles files = ModelFiles.Open(path);
            Assert.Equal("""{"n_mels":80,"n_vocab":51865}""", files.Config.Root.GetRawText());
            Assert.Equal([_folder["base.pt"]], files.WeightFiles);
        }
    }

    [Fact]
    public void SaysWhatIsMissing()
    {
        new SafetensorsBuilder().AddFloats("a", [1], 1).Write(_folder.Path);
        (string Path, string Reason)[] cases =
            [(_folder["nowhere"], "no such folder or file"), (_folder.Path, "has no config.json"), (_folder["model.safetensors"], "has no config.json")];
        Assert.All(cases, test => Assert.Contains(
            test.Reason, Assert.Throws<ModelNotSupportedException>(() => ModelFiles.Open(test.Path)).Message, StringComparison.Ordinal));
    }

    /// <summary>The Hub's cache: every file of a snapshot is a link to one that has a hash for its name.</summary>
    [Fact]
    public void FollowsTheLinksOfASnapshot()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        Directory.CreateDirectory(_folder["blobs"]);
        Directory.CreateDirectory(_folder["snapshot"]);
        var builder = new TorchFileBuilder();
        (string, byte[])[] contents =
        [
            ("config.json", "{}"u8.ToArray()), ("pytorch_model.bin.index.json", """{"weight_map":{"a":"pytorch_model-1.bin"}}"""u8.ToArray()),
            ("pytorch_model-1.bin", builder.Build(new Dictionary<string, object?> { ["a"] = builder.Floats([1], 1) })),
        ];
        foreach ((string name, byte[] content) in contents)
        {
            File.WriteAllBytes(_folder[$"blobs/{name.Length}"], content);
            File.CreateSymbolicLink(_folder[$"snapshot/{name}"], $"../blobs/{name.Length}");
        }
        using ModelFiles files = ModelFiles.Open(_folder["snapshot"]);
        using Checkpoint checkpoint = Checkpoint.Open(files);
        Assert.Equal(["a"], checkpoint.Names);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void OpensModelsOfNemo(bool isGzipped, bool isFolder)
    {
        Write("model.nemo", isGzipped, ("./model_config.yaml", Encoding.UTF8.GetBytes(NemoConfig)), ("t.model", [1, 2]), ("./model_weights.ckpt", Weights()));
        // As some repositories have it, which says nothing of the model.
        File.WriteAllText(_folder["config.json"], "{}");
        ModelFiles files = ModelFiles.Open(isFolder ? _folder.Path : _folder["model.nemo"]);
        using (Checkpoint checkpoint = Checkpoint.Open(files))
        {
            Assert.Equal(["a"], checkpoint.Names);
            Assert.Equal("nemo.collections.asr.models.EncDecRNNTBPEModel", files.Config.Root.GetProperty("target").GetString());
            Assert.Equal([1, 2], File.ReadAllBytes(files.Find("t.model")!));
            Assert.Equal(isGzipped, files.WeightFiles[0] != _folder["model.nemo"]);
        }
        files.Dispose();
        Assert.False(Directory.Exists(files.Folder));
        using TensorFile file = TensorFile.Open(_folder["model.nemo"]);
        Assert.Equal([1f], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file.Bytes(file.Entries["a"])).ToArray());
    }

    [Theory]
    [InlineData("../escape.txt", "lead out of the folder")]
    [InlineData("/tmp/escape.txt", "lead out of the folder")]
    [InlineData("a/../../escape.txt", "lead out of the folder")]
    [InlineData("a\\..\\escape.txt", "lead out of the folder")]
    [InlineData("model_config.yaml", "cannot be read")]
    public void RefusesNamesThatLeadElsewhere(string name, string reason)
    {
        Write("model.nemo", false, ("model_config.yaml", Encoding.UTF8.GetBytes(NemoConfig)), (name, [1]), ("model_weights.ckpt", Weights()));
        Assert.Contains(reason, Assert.Throws<WeightException>(() => ModelFiles.Open(_folder["model.nemo"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesLinksBombsAndOtherArchives()
    {
        using (var tar = new TarWriter(File.Create(_folder["link.nemo"])))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "model_weights.ckpt") { LinkName = "/etc/passwd" });
        Assert.Contains("is a SymbolicLink", Refusal("link.nemo"), StringComparison.Ordinal);
        Write("bomb.nemo", true, ("model_config.yaml", Encoding.UTF8.GetBytes(NemoConfig)), ("model_weights.ckpt", new byte[80 << 20]));
        Assert.Contains("32 times its size", Refusal("bomb.nemo"), StringComparison.Ordinal);
        Write("none.nemo", false, ("model_config.yaml", Encoding.UTF8.GetBytes(NemoConfig)));
        Assert.Contains("has no model_weights.ckpt", Assert.Throws<WeightException>(() => TensorFile.Open(_folder["none.nemo"])).Message, StringComparison.Ordinal);
        Write("other.nemo", false, ("readme.txt", [1]));
        Assert.Contains("has no model_config.yaml", Refusal("other.nemo"), StringComparison.Ordinal);
        File.WriteAllBytes(_folder["cut.nemo"], [0x1f, 0x8b, 8, 0]);
        Assert.Contains("cut.nemo: has no model_config.yaml", Refusal("cut.nemo"), StringComparison.Ordinal);
    }

    private string Refusal(string name) => Assert.Throws<WeightException>(() => ModelFiles.Open(_folder[name])).Message;

    private static byte[] Weights()
    {
        var builder = new TorchFileBuilder();
        return builder.Build(new Dictionary<string, object?> { ["a"] = builder.Floats([1], 1) });
    }

    private void Write(string name, bool isGzipped, params (string Name, byte[] Content)[] members)
    {
        using FileStream file = File.Create(_folder[name]);
        using Stream stream = isGzipped ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var tar = new TarWriter(stream);
        foreach ((string member, byte[] content) in members)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, member) { DataStream = new MemoryStream(content) });
    }
}
