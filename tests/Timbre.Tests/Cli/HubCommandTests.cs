using System.Text.Json;
using Timbre.Tests.Hub;
using Xunit;

namespace Timbre.Tests.Cli;

/// <summary>The verbs <c>pull</c>, <c>rm</c> and <c>models</c> against a Hub.</summary>
public sealed class HubCommandTests : HubTest
{
    private static readonly FakeFile Config = Text("config.json", """{ "model_type": "kokoro" }""");
    private static readonly FakeFile Weights = Large("model.safetensors", 1_500_000);
    private static readonly FakeFile Voice = Large("voices/bf_emma.bin", 100, seed: 2);

    [Fact]
    public async Task PullMakesReadyForUseWithoutNetwork()
    {
        string commit = Hub.Add(Name, Config, Weights, Voice, Text("README.md", "#")).Head;
        using CliRun run = Run();
        Assert.Equal(0, await run.RunAsync("pull", Name));
        string folder = Path.Combine(RepositoryFolder, "snapshots", commit);
        Assert.Equal(folder, run.Output.Trim());
        Assert.Equal($"{Name}: kokoro, ready for use without network", run.Error.Trim());
        Assert.False(File.Exists(Path.Combine(folder, "README.md")));
        Hub.Requests.Clear();
        using CliRun voices = Run();
        Assert.Equal(0, await voices.RunAsync("voices", "--model", $"{Name}@main", "--offline"));
        Assert.Equal("bf_emma  en-gb", voices.Output.Trim());
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task PullForcedDownloadsAgain()
    {
        Hub.Add(Name, Config, Weights, Voice);
        using CliRun run = Run();
        Assert.Equal(0, await run.RunAsync("pull", Name, "--quiet"));
        Hub.Requests.Clear();
        Assert.Equal(0, await run.RunAsync("pull", Name, "--quiet", "--force"));
        Assert.Equal(2, RequestsFor("/objects/").Length);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task PullShowsBarsOnATerminal()
    {
        Hub.Add(Name, Config, Weights, Voice);
        Hub.BlockDelay = TimeSpan.FromMilliseconds(20);
        using var run = new CliRun { Hub = Hub.Options(Cache), OnTerminal = true };
        Assert.Equal(0, await run.RunAsync("pull", Name));
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(Hub.Repositories[Name].Head, run.Output.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull", 1, "has no repository 'acme/voice'", Name)]
    [InlineData("pull", 2, "is not a revision", $"{Name}@a..b")]
    [InlineData("pull", 1, "Looked in", "voice")]
    [InlineData("pull", 1, "may not be touched", Name, "--offline")]
    [InlineData("rm", 1, "is not in the cache", Name)]
    [InlineData("rm", 2, "is not the name of a repository", "../voice")]
    [InlineData("tts", 1, "no such folder", "Hello.", "--play", "--model", "./voice")]
    public async Task SaysWhatIsWrong(string verb, int code, string message, params string[] arguments)
    {
        using CliRun run = Run();
        int result = verb == "tts" ? await run.RunAsync("voices", "--model", arguments[^1]) : await run.RunAsync([verb, .. arguments]);
        Assert.Equal(code, result);
        Assert.StartsWith("timbre: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task RevisionAndOfflineReachTheModel()
    {
        using CliRun run = Run();
        await run.RunAsync("tts", "Hello.", "-o", run.At("a.wav"), "--model", Name, "--revision", "v1", "--offline");
        Assert.Equal((Name, "v1", true), (run.Model, run.LoadOptions!.Revision, run.LoadOptions.Hub.Offline));
        await run.RunAsync("stt", run.At("speech.wav"), "--model", Name);
        Assert.Equal((null, false), (run.LoadOptions!.Revision, run.LoadOptions.Hub.Offline));
    }

    [Fact]
    public async Task ModelsListsAndRmDeletesWhatWasDownloaded()
    {
        string commit = Hub.Add(Name, Config, Weights, Voice).Head;
        using CliRun run = Run();
        await run.RunAsync("pull", Name, "--quiet");
        using CliRun list = Run();
        Assert.Equal(0, await list.RunAsync("models"));
        Assert.Contains($"  {Name}  kokoro  1.5 MB  main", list.Output, StringComparison.Ordinal);
        using CliRun json = Run();
        await json.RunAsync("models", "--json");
        JsonElement download = JsonDocument.Parse(json.Output).RootElement.GetProperty("downloads")[0];
        Assert.Equal((Name, "kokoro"), (download.GetProperty("name").GetString(), download.GetProperty("family").GetString()));
        Assert.Equal(commit, download.GetProperty("revisions")[0].GetProperty("commit").GetString());
        using CliRun remove = Run();
        Assert.Equal(0, await remove.RunAsync("rm", Name));
        Assert.Equal($"{Name}: deleted, 1.5 MB freed", remove.Output.Trim());
        Assert.False(Directory.Exists(RepositoryFolder));
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task RmAsksOnATerminal(string answer, bool deleted)
    {
        Hub.Add(Name, Config, Weights, Voice);
        using CliRun pull = Run();
        await pull.RunAsync("pull", Name, "--quiet");
        using var run = new CliRun { Hub = Hub.Options(Cache), OnTerminal = true, Input = System.Text.Encoding.UTF8.GetBytes(answer) };
        Assert.Equal(deleted ? 0 : 1, await run.RunAsync("rm", Name));
        Assert.Contains("[y/N]", run.Error, StringComparison.Ordinal);
        Assert.Equal(deleted, !Directory.Exists(RepositoryFolder));
    }

    [Fact]
    public async Task RmLeavesShippedModelsAndFoldersAlone()
    {
        using var models = new TemporaryFolder();
        Directory.CreateDirectory(models["shipped"]);
        using var run = new CliRun { Hub = Hub.Options(Cache), Catalog = [models.Path] };
        Assert.Equal(2, await run.RunAsync("rm", "shipped"));
        Assert.Equal(2, await run.RunAsync("rm", models["shipped"]));
        Assert.True(Directory.Exists(models["shipped"]));
    }

    [Fact]
    public async Task CompletionKnowsTheCache()
    {
        Hub.Add(Name, Config, Weights, Voice);
        using CliRun pull = Run();
        await pull.RunAsync("pull", Name, "--quiet");
        foreach ((string line, bool offered) in ((string, bool)[])[("timbre tts --model ", true), ("timbre stt --model ", false), ("timbre rm ", true)])
        {
            using CliRun run = Run();
            await run.RunAsync($"[suggest:{line.Length}]", line);
            Assert.Equal(offered, run.Output.Contains(Name, StringComparison.Ordinal));
        }
        using CliRun voices = Run();
        string withModel = $"timbre tts --model {Name} --voice ";
        await voices.RunAsync($"[suggest:{withModel.Length}]", withModel);
        Assert.Contains("bf_emma", voices.Output, StringComparison.Ordinal);
    }

    private CliRun Run() => new() { Hub = Hub.Options(Cache) };
}
