using Timbre.Conversion;
using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Conversion;

public sealed class ConversionCheckTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8, 0.001, 0.01)]
    [InlineData(4, 0.03, 0.12)]
    [InlineData(2, 0.2, 0.6)]
    public async Task FewerBitsAreFartherFromTheSource(int bits, double least, double most)
    {
        string source = _folder.LanguageModel();
        _folder.Convert(_folder.Options(source) with { Quantize = true, Bits = bits });
        ConversionCheck check = await Run(source);
        Assert.Equal(["model.embed_tokens", "model.layers.0.mlp.up_proj"], check.Layers.Select(layer => layer.Path).Order());
        Assert.All(check.Layers, layer => Assert.InRange(layer.RelativeError, least, most));
        Assert.Contains("VyvoTTS", check.NotRun, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACopyIsTheSource()
    {
        string source = _folder.LanguageModel();
        _folder.Convert(_folder.Options(source));
        Assert.Empty((await Run(source)).Layers);
    }

    [Fact]
    public async Task OtherSizesAreRefused()
    {
        string source = _folder.LanguageModel();
        _folder.Convert(_folder.Options(_folder.LanguageModel("other", more: builder =>
            builder.AddFloats("model.x.weight", [64, 64], new float[4096]))) with { Quantize = true });
        _folder.LanguageModel(more: builder => builder.AddFloats("model.x.weight", [32, 64], new float[2048]));
        await Assert.ThrowsAsync<WeightException>(() => Run(source));
    }

    [Fact]
    public async Task AWhisperListensToTheClip()
    {
        string source = ConversionFolder.Recorded("whisper/models/tiny-en-torch");
        _folder.Convert(_folder.Options(source) with { Layout = ConversionLayout.Torch, DataType = Precision.BFloat16 });
        ConversionCheck check = await Run(source);
        Assert.NotNull(check.Transcription);
        Assert.InRange(check.Transcription.LogitsError!.Value, 1e-6, 0.5);
        Assert.InRange(check.Transcription.SourceWordErrorRate, 0.5, double.PositiveInfinity);
        Assert.Null(check.NotRun);
    }

    [Fact]
    public async Task AKokoroSpeaksTheSentence()
    {
        string source = ConversionFolder.Recorded("kokoro/models/tiny-torch");
        _folder.Convert(_folder.Options(source) with { Quantize = true, Bits = 8 });
        // What English needs, but no model that would listen.
        foreach (string name in (string[])["lexicons", "en_core_web_sm_tagger", "g2p_en"])
            Copy(ModelCatalog.Default.TryFind(name)!, _folder[$"data/{name}"]);
        ConversionCheck check = await Run(source, _folder["data"]);
        Assert.NotNull(check.Speech);
        Assert.InRange(check.Speech.MelDistance, 0.001, 60);
        Assert.True(check.Speech.SourceDuration > TimeSpan.FromSeconds(0.1));
        Assert.Null(check.Speech.SourceWordErrorRate);
    }

    private Task<ConversionCheck> Run(string source, params string[] catalog) => ConversionCheck.RunAsync(
        source, _folder["out"], new LoadOptions { Device = "cpu", Catalog = new ModelCatalog(catalog) },
            cancellationToken: TestContext.Current.CancellationToken);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
