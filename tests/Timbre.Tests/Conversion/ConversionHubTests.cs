using System.Text;
using Timbre.Tests.Cli;
using Timbre.Tests.Hub;
using Xunit;

namespace Timbre.Tests.Conversion;

/// <summary>Conversions from a repository and to one, as the command line makes them.</summary>
public sealed class ConversionHubTests : HubTest
{
    private const string Result = "me/result";

    [Fact]
    public async Task ARepositoryIsConvertedAndTheResultUploaded()
    {
        string folder = ConversionFolder.Recorded("convert/models/qwen3-tied");
        Hub.Add(Name, [.. Files(folder), Text("README.md", "---\nlicense: mit\n---\n# Voice"), Text("big.bin", "not wanted"),
            Text("part/extra.safetensors", "x")]);
        using var run = new CliRun { Hub = Hub.Options(Cache) with { Token = FakeHub.GoodToken } };
        Assert.Equal(0, await run.RunAsync("convert", Name, "-o", run.At("out"), "-q", "--upload", Result));
        Assert.Equal([run.At("out"), $"{Hub.Endpoint}/{Result}"], run.Output
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        FakeRepository uploaded = Hub.Repositories[Result];
        string[] names = [.. uploaded.Files(uploaded.Head).Keys];
        string[] wanted =
            ["README.md", "config.json", "model.safetensors", "model.safetensors.index.json", "tokenizer.json", "voice.wav",
                "chat_template.jinja", "part/extra.safetensors"];
        Assert.Empty(wanted.Except(names));
        Assert.DoesNotContain("big.bin", names);
        string card = Encoding.UTF8.GetString(uploaded.Files(uploaded.Head)["README.md"].Content);
        Assert.Contains("license: mit\n", card, StringComparison.Ordinal);
        Assert.Contains($"base_model: {Name}\n", card, StringComparison.Ordinal);
        Assert.Contains($"# {Result}\n", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARevisionIsTheOneThatIsConverted()
    {
        FakeFile[] files = Files(ConversionFolder.Recorded("convert/models/qwen3-tied"));
        FakeRepository repository = Hub.Add(Name, [.. files, Text("first.json", "{}")]);
        string first = repository.Head;
        repository.Commit([.. files, Text("second.json", "{}")]);
        using var run = new CliRun { Hub = Hub.Options(Cache) };
        Assert.Equal(0, await run.RunAsync("convert", Name, "-o", run.At("out"), "--revision", first, "--quiet"));
        Assert.True(File.Exists(Path.Combine(run.At("out"), "first.json")));
        Assert.False(File.Exists(Path.Combine(run.At("out"), "second.json")));
    }

    [Theory]
    [InlineData("--upload", "no repository")]
    [InlineData("--upload", "me/result", "--offline")]
    [InlineData("--revision", "main")]
    public async Task WhatCannotBeDoneIsToldBeforeTheWork(params string[] arguments)
    {
        using var run = new CliRun { Hub = Hub.Options(Cache) };
        Assert.Equal(2, await run.RunAsync(["convert", ConversionFolder.Recorded("convert/models/qwen3-tied"), "-o", run.At("out"),
            .. arguments]));
        Assert.False(Directory.Exists(run.At("out")));
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task ALocalConversionHasNoCard()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("convert", ConversionFolder.Recorded("convert/models/qwen3-tied"), "-o", run.At("out"),
            "--quiet"));
        Assert.False(File.Exists(Path.Combine(run.At("out"), "README.md")));
    }

    private static FakeFile[] Files(string folder) => [.. Directory.GetFiles(folder).Select(path =>
        new FakeFile(Path.GetFileName(path), File.ReadAllBytes(path), IsLfs: path.EndsWith(".safetensors", StringComparison.Ordinal)))];
}
