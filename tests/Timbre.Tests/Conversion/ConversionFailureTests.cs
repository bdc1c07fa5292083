using Timbre.Conversion;
using Timbre.Loading;
using Timbre.Tests.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Conversion;

/// <summary>What is refused, and what is left behind: nothing.</summary>
public sealed class ConversionFailureTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> WrongOptions => new()
    {
        { "both", "not both" },
        { "bits without quantize", "add --quantize" },
        { "recipe without quantize", "add --quantize" },
        { "bits 7", "no 7 bits" },
        { "group 16", "no groups of 16" },
        { "mode", "unknown" },
        { "mxfp4 with 8 bits", "no 8 bits" },
        { "recipe with mxfp4", "affine" },
        { "recipe", "unknown" },
        { "quantized torch", "transformers" },
        { "packed source to torch", "--dequantize" },
        { "recipe without down_proj", "down_proj" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public async Task WrongOptionsAreRefusedAndLeaveNothing(string what, string part)
    {
        ConversionOptions options = _folder.Options(_folder.LanguageModel());
        options = what switch
        {
            "both" => options with { Quantize = true, Dequantize = true },
            "bits without quantize" => options with { Bits = 4 },
            "recipe without quantize" => options with { Recipe = "mixed_4_6" },
            "bits 7" => options with { Quantize = true, Bits = 7 },
            "group 16" => options with { Quantize = true, GroupSize = 16 },
            "mode" => options with { Quantize = true, Mode = "int4" },
            "mxfp4 with 8 bits" => options with { Quantize = true, Mode = "mxfp4", Bits = 8 },
            "recipe with mxfp4" => options with { Quantize = true, Mode = "mxfp4", Recipe = "mixed_4_6" },
            "recipe" => options with { Quantize = true, Recipe = "mixed" },
            "quantized torch" => options with { Quantize = true, Layout = ConversionLayout.Torch },
            "packed source to torch" => options with { Source = ConversionFolder.Recorded("convert/models/qwen3-tied-4bit"),
                Layout = ConversionLayout.Torch },
            _ => options with { Source = ConversionFolder.Recorded("convert/models/whisper-hf"), Quantize = true, Recipe = "mixed_4_6" },
        };
        Exception error = await Assert.ThrowsAsync<ArgumentException>(() =>
            ModelConverter.ConvertAsync(options, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        AssertOnlySource();
    }

    [Fact]
    public async Task AnOutputIsReplacedOnlyByForceAndOnlyByAWholeOne()
    {
        string source = _folder.LanguageModel();
        _folder.Convert(_folder.Options(source));
        SortedDictionary<string, string> before = _folder.Tensors();
        await Refuse<IOException>(_folder.Options(source) with { Quantize = true });
        await Refuse<ArgumentException>(_folder.Options(source) with { Quantize = true, Recipe = "none", Force = true });
        Assert.Equal(before, _folder.Tensors());
        File.WriteAllText(Path.Combine(_folder["out"], "stale.json"), "{}");
        _folder.Convert(_folder.Options(source) with { Quantize = true, Force = true });
        Assert.NotEqual(before, _folder.Tensors());
        Assert.False(File.Exists(Path.Combine(_folder["out"], "stale.json")));
        Assert.Equal(["out", "source"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("source")]
    [InlineData("source/deeper")]
    [InlineData("")]
    public Task SourceAndResultCannotOverlap(string output) =>
        Refuse<IOException>(_folder.Options(_folder.LanguageModel(), output) with { Force = true });

    [Fact]
    public async Task AFolderThatIsNoModelIsNeverReplaced()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Path.Combine(_folder["out"], "letter.txt"), "dear");
        await Refuse<IOException>(_folder.Options(_folder.LanguageModel()) with { Force = true });
        Assert.True(File.Exists(Path.Combine(_folder["out"], "letter.txt")));
    }

    [Fact]
    public void AnEmptyFolderIsFilled()
    {
        Directory.CreateDirectory(_folder["out"]);
        _folder.Convert(_folder.Options(_folder.LanguageModel()));
        Assert.Equal(4, _folder.Tensors().Count);
    }

    [Fact]
    public async Task CancellingMidwayLeavesNothing()
    {
        string source = _folder.LanguageModel(more: builder => builder.AddFloats("model.big.weight", [512, 1024], new float[512 * 1024]));
        using var stop = new CancellationTokenSource();
        var progress = new ImmediateProgress(_ => stop.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ModelConverter.ConvertAsync(_folder.Options(source), progress, stop.Token));
        AssertOnlySource();
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("missing.safetensors")]
    public async Task AnIndexThatLeadsElsewhereIsRefused(string file)
    {
        string source = _folder.LanguageModel();
        File.WriteAllText(Path.Combine(source, "model.safetensors.index.json"), $$"""{ "weight_map": { "x": "{{file}}" } }""");
        await Refuse<ModelNotSupportedException>(_folder.Options(source));
        AssertOnlySource();
    }

    [Fact]
    public async Task WordsThatDoNotFitTheirScalesAreRefused()
    {
        const string Config = """{"model_type":"qwen3","quantization":{"bits":4,"group_size":64}}""";
        string source = _folder.LanguageModel(config: Config, more: builder =>
            builder.Add("model.x.weight", "U32", [2, 9], new byte[72]).AddFloats("model.x.scales", [2, 1], 1, 1).AddFloats("model.x.biases",
                [2, 1], 1, 1));
        await Refuse<WeightException>(_folder.Options(source) with { Dequantize = true });
        AssertOnlySource();
    }

    [Fact]
    public async Task AModelThatNothingTellsIsRefusedWithAList()
    {
        string source = _folder.LanguageModel(config: """{"model_type":"unheard_of"}""");
        Assert.Contains("whisper", (await Refuse<ModelNotSupportedException>(_folder.Options(source))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKernelWhoseAxesAreUnknownIsNotCalledMlx()
    {
        Directory.CreateDirectory(_folder["source"]);
        File.WriteAllText(Path.Combine(_folder["source"], "config.json"), """{"model_type":"moonshine"}""");
        new SafetensorsBuilder().AddFloats("conv.weight", [2, 2, 2], new float[8]).Write(_folder["source"]);
        Assert.Contains("conv.weight", (await Refuse<ArgumentException>(_folder.Options(_folder["source"]))).Message,
            StringComparison.Ordinal);
        _folder.Convert(_folder.Options(_folder["source"]) with { Layout = ConversionLayout.Torch, DataType = Precision.BFloat16 });
        Assert.Single(_folder.Tensors());
    }

    [Fact]
    public void OldWeightsAndHiddenFoldersStayBehind()
    {
        string source = _folder.LanguageModel();
        foreach (string name in (string[])["model-00001-of-00009.safetensors", "a.bin", "notes.md", "weights.npz", ".cache/x.json",
            "sub/model.safetensors.index.json", "sub/voice.safetensors", "tokenizer.model"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(source, name))!);
            File.WriteAllText(Path.Combine(source, name), "{}");
        }
        _folder.Convert(_folder.Options(source));
        Assert.Equal(
            ["config.json", "model.safetensors", "model.safetensors.index.json", "sub/voice.safetensors", "tokenizer.model"],
            Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Select(file =>
                Path.GetRelativePath(_folder["out"], file).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    private async Task<TException> Refuse<TException>(ConversionOptions options) where TException : Exception =>
        await Assert.ThrowsAsync<TException>(() => ModelConverter.ConvertAsync(options,
            cancellationToken: TestContext.Current.CancellationToken));

    private void AssertOnlySource() => Assert.Equal(["source"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName));
}
