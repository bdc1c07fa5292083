using System.Text.Json;
using Timbre.Tests.Conversion;
using Xunit;

namespace Timbre.Tests.Cli;

public class ConvertCommandTests
{
    private static readonly string Source = ConversionFolder.Recorded("convert/models/qwen3-tied");

    [Fact]
    public async Task TheFolderIsOnStandardOutputAndTheTableOnStandardError()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("convert", Source, "-o", run.At("out"), "-q", "--bits", "8", "--group-size", "32", "--dtype",
            "float16"));
        Assert.Equal(run.At("out") + Environment.NewLine, run.Output);
        Assert.Contains("13 layers: affine 8 bits, groups of 32", run.Error, StringComparison.Ordinal);
        Assert.Contains("its width of 96 is not a multiple of 64", run.Error, StringComparison.Ordinal);
        Assert.All(ConversionFolder.Tensors(run.At("out")).Values, tensor =>
            Assert.DoesNotContain("BF16", tensor, StringComparison.Ordinal));
    }

    [Fact]
    public async Task QuietSaysNothingButWhatTheCheckWasAskedFor()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("convert", Source, "-o", run.At("a"), "--quantize", "--quiet"));
        Assert.Empty(run.Error);
        Assert.Equal(0, await run.RunAsync("convert", Source, "-o", run.At("b"), "--quantize", "--quiet", "--check"));
        Assert.Contains("of a layer's norm in the mean of 13 layers", run.Error, StringComparison.Ordinal);
        Assert.Contains("Timbre cannot run VyvoTTS (text to speech) yet", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSummaryAndTheCheckComeAsJson()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("convert", Source, "-o", run.At("out"), "--quantize", "--recipe", "mixed_3_4", "--check",
            "--json"));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal("qwen3", json.RootElement.GetProperty("architecture").GetString());
        Assert.Equal("tts", json.RootElement.GetProperty("domain").GetString());
        Assert.InRange(json.RootElement.GetProperty("bits_per_weight").GetDouble(), 4, 8);
        Assert.InRange(json.RootElement.GetProperty("check").GetProperty("mean_error").GetDouble(), 0.05, 0.3);
        Assert.Equal(13, json.RootElement.GetProperty("check").GetProperty("layers").GetArrayLength());
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("not both", "--quantize", "--dequantize")]
    [InlineData("add --quantize", "--recipe", "mixed_4_6")]
    [InlineData("no 7 bits", "--quantize", "--bits", "7")]
    [InlineData("--model-domain takes", "--model-domain", "speech")]
    [InlineData("--layout takes", "--layout", "onnx")]
    [InlineData("--mode takes", "--mode", "int4")]
    public async Task WrongUsageIsTold(string part, params string[] arguments)
    {
        using var run = new CliRun();
        Assert.Equal(2, await run.RunAsync(["convert", Source, "-o", run.At("out"), .. arguments]));
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.At("out")));
    }

    [Fact]
    public async Task AnOutputThatIsThereIsAFailureWithoutForce()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("convert", Source, "-o", run.At("out")));
        Assert.Equal(1, await run.RunAsync("convert", Source, "-o", run.At("out")));
        Assert.Contains("--force", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, await run.RunAsync("convert", Source, "-o", run.At("out"), "--force"));
    }
}
