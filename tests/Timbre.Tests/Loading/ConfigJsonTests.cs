using System.Text;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Loading;

public class ConfigJsonTests
{
    [Theory]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{\"a\": ", "cannot be read")]
    [InlineData("{\"a\": \"\\ud800\"}", "cannot be read")]
    public void RefusesWhatIsNoConfig(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<ModelNotSupportedException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void RefusesTextThatIsNoUnicode()
    {
        byte[] bytes = [.. "{\"a"u8, 0xFF, .. "\": 1}"u8];
        Assert.Throws<ModelNotSupportedException>(() => ConfigJson.Parse(bytes, "config.json"));
    }

    [Fact]
    public void NamesTheMissingKey()
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => Parse("""{"other": 1}""").As<Wanted>());
        Assert.Contains("hidden_size", error.Message, StringComparison.Ordinal);
        Assert.Equal(7, Parse("""{"hidden_size": 7, "other": 1}""").As<Wanted>().HiddenSize);
    }

    [Fact]
    public void ReadsQuantizationWithExceptionsByLayer()
    {
        QuantizationConfig config = QuantizationConfig.Read(Parse("""{"quantization": {"bits": 4, "a.b": {"bits": 8, "group_size": 32}, "c": false}}""").Root)!;
        Assert.Equal(new QuantizationFormat(QuantizationMode.Affine, 4, 64), config.For("x"));
        Assert.Equal(new QuantizationFormat(QuantizationMode.Affine, 8, 32), config.For("a.b"));
    }

    [Theory]
    [InlineData("""{"quantization": {"group_size": 64}}""")]
    [InlineData("""{"quantization": {"bits": 7}}""")]
    [InlineData("""{"quantization": {"bits": "four"}}""")]
    [InlineData("""{"quantization": {"bits": 4, "mode": "int8"}}""")]
    public void RefusesUnknownQuantization(string json) =>
        Assert.Throws<ModelNotSupportedException>(() => QuantizationConfig.Read(Parse(json).Root));

    private static ConfigJson Parse(string json) => ConfigJson.Parse(Encoding.UTF8.GetBytes(json), "config.json");

    private sealed record Wanted
    {
        public required int HiddenSize { get; init; }
    }
}
