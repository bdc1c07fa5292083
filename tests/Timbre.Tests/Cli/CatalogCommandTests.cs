using System.Text.Json;
using Xunit;

namespace Timbre.Tests.Cli;

/// <summary>The verbs that list what is on disk, with folders that hold a config and nothing to load.</summary>
public sealed class CatalogCommandTests : IDisposable
{
    private readonly TemporaryFolder _models = new();

    public CatalogCommandTests()
    {
        Directory.CreateDirectory(_models["small-whisper"]);
        File.WriteAllText(_models["small-whisper/config.json"], """{ "model_type": "whisper" }""");
        Directory.CreateDirectory(_models["my-kokoro/voices"]);
        File.WriteAllText(_models["my-kokoro/config.json"], """{ "model_type": "kokoro" }""");
        foreach (string voice in (string[])["bf_emma.bin", "af_heart.safetensors", "README.md"])
            File.WriteAllText(_models["my-kokoro/voices/" + voice], "");
        Directory.CreateDirectory(_models["no-model"]);
    }

    [Fact]
    public async Task ListsModels()
    {
        using var run = new CliRun { Catalog = [_models.Path] };
        Assert.Equal(0, await run.RunAsync("models"));
        Assert.Contains("  small-whisper  whisper", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("no-model", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task ListsModelsAsJson()
    {
        using var run = new CliRun { Catalog = [_models.Path] };
        Assert.Equal(0, await run.RunAsync("models", "--json"));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(["my-kokoro", "small-whisper"],
            json.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!));
        Assert.Contains("whisper", json.RootElement.GetProperty("families").EnumerateArray().Select(family => family.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task ListsVoicesWithoutLoading()
    {
        using var run = new CliRun { Catalog = [_models.Path] };
        Assert.Equal(0, await run.RunAsync("voices"));
        Assert.Equal("af_heart  en-us\nbf_emma   en-gb\n", run.Output);

        using var british = new CliRun { Catalog = [_models.Path] };
        await british.RunAsync("voices", "--model", "my-kokoro", "--language", "en-gb", "--json");
        Assert.Equal(["bf_emma"], JsonDocument.Parse(british.Output).RootElement.EnumerateArray().Select(voice => voice.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task SuggestsModelsAndVoices()
    {
        using var run = new CliRun { Catalog = [_models.Path] };
        await run.RunAsync("[suggest:21]", "timbre tts --voice ");
        Assert.Contains("bf_emma", run.Output, StringComparison.Ordinal);
        using var models = new CliRun { Catalog = [_models.Path] };
        await models.RunAsync("[suggest:21]", "timbre stt --model ");
        Assert.Contains("small-whisper", models.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("my-kokoro", models.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("small-whisper")]
    [InlineData("nowhere")]
    public async Task SaysWhereThereAreNoVoices(string model)
    {
        using var run = new CliRun { Catalog = [_models.Path] };
        Assert.Equal(1, await run.RunAsync("voices", "--model", model));
        Assert.Contains(model, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    public void Dispose() => _models.Dispose();
}
