using Timbre.Conversion;
using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Conversion;

public class ModelCardTests
{
    private static readonly ConversionSummary Summary = new()
    {
        Output = "out", Architecture = "whisper", Domain = ModelDomain.Stt, WeightFiles = ["model.safetensors"], SourceBytes = 400,
        OutputBytes = 50,
        Parameters = 100, Layers = [new ConvertedLayer("a", 64, "affine 4 bits, groups of 64", null)],
    };

    [Fact]
    public void TheSourcesMetadataStays()
    {
        string card = ModelCard.Write("me/repo", "openai/whisper-base",
            "---\nlicense: mit\ntags: [audio, stt]\nlanguage:\n- en\n- \"no\"\n---\n# old", Summary);
        Assert.Equal(["audio", "stt", "mlx", "speech-to-text", "speech", "transcription", "asr", "mlx-audio"], ModelCard.TagsOf(card));
        Assert.StartsWith("---\n", card, StringComparison.Ordinal);
        Assert.Contains("license: mit\n", card, StringComparison.Ordinal);
        Assert.Contains("- \"no\"\n", card, StringComparison.Ordinal);
        Assert.Contains("library_name: mlx-audio\n", card, StringComparison.Ordinal);
        Assert.Contains("base_model: openai/whisper-base\n", card, StringComparison.Ordinal);
        Assert.Contains("# me/repo\n", card, StringComparison.Ordinal);
        Assert.DoesNotContain("# old", card, StringComparison.Ordinal);
        Assert.Contains("4.00 bits", card, StringComparison.Ordinal);
        Assert.Contains("timbre stt --model me/repo audio.wav", card, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# no front matter")]
    [InlineData("---\ntags: [a\n---\n")]
    [InlineData("---\n- a list\n---\n")]
    [InlineData("---\nnever closed")]
    [InlineData("---\na: &x [1]\nb: *x\n---\n")]
    [InlineData("---\n[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]\n---\n")]
    public void ACardThatCannotBeReadIsNone(string source) =>
        Assert.Equal(["mlx", "speech-to-text", "speech", "transcription", "asr", "stt", "mlx-audio"],
            ModelCard.TagsOf(ModelCard.Write("me/repo", null, source, Summary)));

    [Fact]
    public void EveryDomainHasACard() => Assert.All(
        Enum.GetValues<ModelDomain>(), domain => Assert.Contains("mlx-audio",
            ModelCard.TagsOf(ModelCard.Write("me/repo", null, null, Summary with { Domain = domain }))));

    [Fact]
    public void AModelThatTimbreCannotRunIsNotSaidToRunInIt() =>
        Assert.DoesNotContain("## Use with Timbre", ModelCard.Write("me/repo", null, null, Summary with { Architecture = "parakeet" }),
            StringComparison.Ordinal);
}
