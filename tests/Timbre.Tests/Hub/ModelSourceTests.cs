using Timbre.Loading;
using Timbre.Tests.Models.Kokoro;
using Timbre.Tests.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>What a user calls a model, and what is found or fetched for it.</summary>
public sealed class ModelSourceTests : HubTest
{
    private const string Whisper = """{ "model_type": "whisper" }""", Kokoro = """{ "model_type": "kokoro" }""";

    [Fact]
    public async Task ARepositoryIsFetchedLoadedAndThenTakenFromTheCache()
    {
        Hub.Add(Name, FilesOf(TinyWhisper.Folder));
        LoadOptions options = Options() with { Device = "cpu" };
        using (ISpeechToText model = await Speech.LoadSpeechToTextAsync(Name, options, Token))
            Assert.Equal(("whisper", Name), (model.Info.Family, model.Info.Name));
        Hub.Requests.Clear();
        using (ISpeechModel model = await Speech.LoadAsync($"{Name}@main", options, Token))
            Assert.Equal("whisper", model.Info.Family);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task AModelWithoutVoicesTakesThoseOfItsCompanion()
    {
        FakeFile[] files = FilesOf(KokoroFixture.Folder);
        Hub.Add(Name, [.. files.Where(file => !file.Path.StartsWith("voices/", StringComparison.Ordinal))]);
        Hub.Add("hexgrad/Kokoro-82M", [Text("config.json", Kokoro), Large("kokoro-v1_0.pth", 100),
            .. files.Where(file => file.Path.StartsWith("voices/", StringComparison.Ordinal))]);
        LoadOptions options = Options() with { Device = "cpu" };
        Assert.Null(new ModelSource(options).TryResolve(Name));
        ModelLocation pulled = await new ModelSource(options).PullAsync(Name, cancellationToken: Token);
        Assert.Empty(RequestsFor(".pth"));
        LoadOptions offline = options with { Hub = options.Hub with { Offline = true } };
        Assert.Equal(pulled.Companions, new ModelSource(offline).TryResolve(Name)!.Companions);
        using ITextToSpeech model = await Speech.LoadTextToSpeechAsync(Name, offline, Token);
        Assert.Equal(["af_one", "af_two"], model.Voices.Select(voice => voice.Name));
    }

    [Fact]
    public async Task OfAFolderThatIsHereTheCompanionsAreFetched()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], Kokoro);
        Hub.Add("hexgrad/Kokoro-82M", Large("voices/af_heart.bin", 100));
        var source = new ModelSource(Options());
        Assert.Equal(folder.Path, (await source.ResolveAsync(folder.Path, Token)).Path);
        Assert.Empty(Hub.Requests);
        Assert.Single((await source.PullAsync(folder.Path, cancellationToken: Token)).Companions);
        Assert.Single((await source.ResolveAsync(folder.Path, Token)).Companions);
    }

    [Theory]
    [InlineData(new[] { "model.safetensors", "model.fp32.safetensors", "pytorch_model.bin", "flax_model.msgpack", "tf_model.h5", "run.py" }, new[] { "model.safetensors" })]
    [InlineData(new[] { "weights.safetensors", "more.safetensors", "onnx/model.onnx", "pytorch_model.bin" }, new[] { "more.safetensors", "weights.safetensors" })]
    [InlineData(new[] { "pytorch_model.bin", "onnx/model.onnx" }, new[] { "pytorch_model.bin" })]
    [InlineData(new[] { "kokoro.pth", "samples/a.wav" }, new[] { "kokoro.pth" })]
    [InlineData(new[] { "weights.npz", "README.md", "tokenizer.json", "multilingual.tiktoken" }, new[] { "multilingual.tiktoken", "tokenizer.json", "weights.npz" })]
    public async Task FetchesOneSetOfWeightsAndWhatTheFamilyNeeds(string[] files, string[] expected)
    {
        Hub.Add(Name, [Text("config.json", Whisper), .. files.Select(name => Text(name, name))]);
        ModelLocation location = await new ModelSource(Options()).ResolveAsync(Name, Token);
        Assert.Equal(["config.json", .. expected], NamesIn(location.Path).Order(StringComparer.Ordinal).OrderBy(name => name != "config.json"));
    }

    [Fact]
    public async Task FetchesTheShardsThatTheIndexLists()
    {
        Hub.Add(Name, Text("config.json", Whisper), Text("model.safetensors.index.json", """{ "weight_map": { "a": "one.safetensors", "b": "two.safetensors" } }"""),
            Text("one.safetensors", "1"), Text("two.safetensors", "2"), Text("model.safetensors", "3"));
        ModelLocation location = await new ModelSource(Options()).ResolveAsync(Name, Token);
        Assert.Equal(["config.json", "model.safetensors.index.json", "one.safetensors", "two.safetensors"], NamesIn(location.Path).Order(StringComparer.Ordinal));
        Hub.Repositories[Name].Commit(Text("config.json", Whisper), Text("model.safetensors.index.json", """{ "weight_map": { "a": "../one.safetensors" } }"""));
        await Assert.ThrowsAsync<ModelNotSupportedException>(() => new ModelSource(Options()).PullAsync(Name, cancellationToken: Token));
        Hub.Repositories[Name].Commit(Text("config.json", Whisper), Text("model.safetensors.index.json", """{ "weight_map": { "a": "three.safetensors" } }"""));
        var error = await Assert.ThrowsAsync<ModelNotSupportedException>(() => new ModelSource(Options()).PullAsync(Name, cancellationToken: Token));
        Assert.Contains("three.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUpdateThatFailsLeavesTheFormerCommitInUse()
    {
        FakeRepository repository = Hub.Add(Name, Text("config.json", Whisper), Text("model.safetensors", "old"));
        ModelLocation first = await new ModelSource(Options()).ResolveAsync(Name, Token);
        repository.Commit(Text("config.json", Whisper), Text("model.safetensors", "new"));
        Hub.Fail(new FakeFault("model.safetensors", FaultKind.WrongBytes, Times: 9));
        await Assert.ThrowsAsync<HubException>(() => new ModelSource(Options()).PullAsync(Name, cancellationToken: Token));
        Assert.Equal(first.Path, new ModelSource(Options()).TryResolve(Name)!.Path);
    }

    [Fact]
    public async Task WhatIsHalfThereIsCompleted()
    {
        Hub.Add(Name, Text("config.json", Whisper), Text("model.safetensors", "1"));
        await Client().GetSnapshotAsync(Name, patterns: ["config.json"], cancellationToken: Token);
        Assert.Null(new ModelSource(Options()).TryResolve(Name));
        Assert.Equal(2, NamesIn((await new ModelSource(Options()).ResolveAsync(Name, Token)).Path).Count());
    }

    [Fact]
    public async Task NamesAreWhatTheyLookLike()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["shipped"]);
        LoadOptions options = Options() with { Catalog = new ModelCatalog([folder.Path]) };
        var source = new ModelSource(options);
        Assert.Equal(folder["shipped"], (await source.ResolveAsync("shipped", Token)).Path);
        foreach (string local in (string[])["./nowhere", "/nowhere/at-all", "~/nowhere/at-all", "C:\\nowhere", "../no/where"])
            Assert.Contains("no such folder or file", (await Assert.ThrowsAsync<ModelNotSupportedException>(() => source.ResolveAsync(local, Token))).Message, StringComparison.Ordinal);
        foreach (string other in (string[])["nowhere", "a/b/c", "bad name/x", ""])
            Assert.Contains("Looked in", (await Assert.ThrowsAsync<ModelNotSupportedException>(() => source.ResolveAsync(other, Token))).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["a.txt"], "");
        Assert.Equal(folder["a.txt"], (await source.ResolveAsync(folder["a.txt"], Token)).Path);
        var revised = new ModelSource(options with { Revision = "v1" });
        await Assert.ThrowsAsync<ArgumentException>(() => revised.ResolveAsync("shipped", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => revised.ResolveAsync("acme/voice@v2", Token));
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task AHubThatIsNoneDoesNotMatterToWhatIsHere()
    {
        LoadOptions options = Options() with { Hub = Hub.Options(Cache) with { Endpoint = "nonsense" } };
        Assert.Equal(KokoroFixture.Folder, (await new ModelSource(options).ResolveAsync(KokoroFixture.Folder, Token)).Path);
        await Assert.ThrowsAsync<ArgumentException>(() => new ModelSource(options).ResolveAsync(Name, Token));
    }

    private LoadOptions Options() => new() { Hub = Hub.Options(Cache), Catalog = new ModelCatalog([]) };

    private static FakeFile[] FilesOf(string folder) => [.. NamesIn(folder).Select(name =>
        new FakeFile(name, File.ReadAllBytes(Path.Combine(folder, name)), IsLfs: name.EndsWith(".safetensors", StringComparison.Ordinal)))];

    private static IEnumerable<string> NamesIn(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'));
}
