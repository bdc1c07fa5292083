using System.Collections.Concurrent;
using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>Uploads of a folder: whole, in parts, broken midway and taken up again.</summary>
public sealed class UploadTests : HubTest
{
    private static readonly FakeFile Config = Text("config.json", """{ "model_type": "whisper" }""");
    private static readonly FakeFile Weights = Large("model.safetensors", 700_000);
    private static readonly FakeFile More = Large("more/model.safetensors", 50_000, seed: 2);
    private static readonly FakeFile Empty = new("empty.safetensors", [], IsLfs: false);

    private string Source => Path.Combine(Path.GetDirectoryName(Cache)!, "model");

    [Theory]
    [InlineData(null)]
    [InlineData(100_000)]
    [InlineData(700_000)]
    public async Task AFolderBecomesARepository(int? partLength)
    {
        Hub.PartLength = partLength;
        Write(Config, Weights, More, Empty, Text("ignored.txt", "x"), Text(".git/config", "secret"), Text(".cache/huggingface/x", "x"));
        var seen = new ConcurrentQueue<HubProgress>();
        string page = await Writer().UploadFolderAsync(Name, Source, "Zöé's \"first\"\nmodel", isPrivate: true, new Listener(seen.Enqueue), Token);
        Assert.Equal($"{Hub.Endpoint}/{Name}", page);
        FakeRepository repository = Hub.Repositories[Name];
        Assert.Equal("Zöé's \"first\"\nmodel", repository.LastMessage);
        Assert.True(repository.IsPrivate);
        Assert.Equal([".gitattributes", "config.json", "empty.safetensors", "model.safetensors", "more/model.safetensors"],
            repository.Files(repository.Head).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(seen.Last().Size, seen.Last().Bytes);
        AssertHolds(await Writer().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
        Assert.All(Hub.Requests.Where(request => request.IsStorage), request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task ALinkedSnapshotIsUploadedAsItsFiles()
    {
        Hub.Add("acme/origin", Config, Weights);
        string snapshot = await Client().GetSnapshotAsync("acme/origin", cancellationToken: Token);
        await Writer().UploadFolderAsync(Name, snapshot, "Copy", cancellationToken: Token);
        Assert.Equal(Weights.Content, Hub.Repositories[Name].Files(Hub.Repositories[Name].Head)["model.safetensors"].Content);
    }

    [Fact]
    public async Task OnlyWhatDiffersIsSent()
    {
        Write(Config, Weights, More);
        await Writer().UploadFolderAsync(Name, Source, "One", cancellationToken: Token);
        Hub.Requests.Clear();
        string head = Hub.Repositories[Name].Head;
        await Writer().UploadFolderAsync(Name, Source, "Two", cancellationToken: Token);
        Assert.Equal(head, Hub.Repositories[Name].Head);
        Assert.DoesNotContain(Hub.Requests, request => request.IsStorage || request.Path.Contains("/commit/", StringComparison.Ordinal));
        FakeFile changed = Large("more/model.safetensors", 60_000, seed: 3);
        Write(changed);
        await Writer().UploadFolderAsync(Name, Source, "Three", cancellationToken: Token);
        Assert.Single(Hub.Requests, request => request.IsStorage);
        Assert.Equal(changed.Content, Hub.Repositories[Name].Files(Hub.Repositories[Name].Head)[changed.Path].Content);
        Assert.Equal(Weights.Content, Hub.Repositories[Name].Files(Hub.Repositories[Name].Head)[Weights.Path].Content);
    }

    [Theory]
    [InlineData("PUT", FaultKind.Status, 500)]
    [InlineData("PUT", FaultKind.Status, 403)]
    [InlineData("PUT", FaultKind.Drop, 10_000)]
    [InlineData("/verify", FaultKind.Status, 503)]
    [InlineData("/objects/batch", FaultKind.Status, 429)]
    [InlineData("/preupload/main", FaultKind.Status, 504)]
    [InlineData("/commit/main", FaultKind.Status, 503)]
    [InlineData("/repos/create", FaultKind.Status, 502)]
    public async Task TriesAgainAfterAFailure(string path, object kind, long value)
    {
        Write(Config, Weights);
        Hub.Fail(new FakeFault(path == "PUT" ? $"/objects/{Weights.Sha256}" : path, (FaultKind)kind, value));
        await Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token);
        Assert.Equal(Weights.Content, Hub.Repositories[Name].Files(Hub.Repositories[Name].Head)["model.safetensors"].Content);
        Assert.Single(Hub.Time.Waits);
    }

    [Fact]
    public async Task ABrokenUploadGoesOnTheNextTime()
    {
        Write(Config, Weights, More);
        Hub.PartLength = 200_000;
        Hub.Fail(new FakeFault($"{Weights.Sha256}/3", FaultKind.Status, 500, Times: 99));
        HubClient client = Writer(options => options with { Retries = 1, Parallelism = 1 });
        var error = await Assert.ThrowsAsync<HubException>(() => client.UploadFolderAsync(Name, Source, "Model", cancellationToken: Token));
        Assert.Equal(HubFailure.Unavailable, error.Failure);
        Assert.DoesNotContain("model.safetensors", Hub.Repositories[Name].Files(Hub.Repositories[Name].Head).Keys);
        Hub.ForgetFaults();
        await client.UploadFolderAsync(Name, Source, "Model", cancellationToken: Token);
        Hub.Requests.Clear();
        Write(Text("config.json", "{}"));
        await client.UploadFolderAsync(Name, Source, "Model", cancellationToken: Token);
        Assert.DoesNotContain(Hub.Requests, request => request.IsStorage);
    }

    [Fact]
    public async Task WhatTheStorageHasIsNotSentAgain()
    {
        Write(Config, Weights);
        Hub.Fail(new FakeFault("/commit/main", FaultKind.Status, 400));
        Assert.Equal(HubFailure.Protocol, (await Assert.ThrowsAsync<HubException>(
            () => Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token))).Failure);
        Hub.Requests.Clear();
        await Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token);
        Assert.DoesNotContain(Hub.Requests, request => request.IsStorage);
    }

    [Theory]
    [InlineData(null, HubFailure.Unauthorized, "HF_TOKEN")]
    [InlineData(FakeHub.StrangerToken, HubFailure.Unauthorized, "rights")]
    public async Task NeedsATokenThatMayWrite(string? token, object failure, string message)
    {
        Write(Config);
        var error = await Assert.ThrowsAsync<HubException>(() =>
            Client(options => options with { Token = token }).UploadFolderAsync(Name, Source, "Model", cancellationToken: Token));
        Assert.Equal((HubFailure)failure, error.Failure);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAccountThatMayMakeNoRepositoryMayWriteToOne()
    {
        Write(Config);
        Hub.Add(Name, Text("README.md", "#"));
        Hub.Fail(new FakeFault("/repos/create", FaultKind.Status, 403));
        await Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token);
        Assert.Contains("config.json", Hub.Repositories[Name].Files(Hub.Repositories[Name].Head).Keys);
    }

    [Theory]
    [InlineData("/preupload/main", """{ "files": [ ] }""")]
    [InlineData("/preupload/main", """{ "files": [ { "path": "other.txt", "uploadMode": "lfs" } ] }""")]
    [InlineData("/preupload/main", """[ ]""")]
    [InlineData("/objects/batch", """{ "objects": [ ] }""")]
    [InlineData("/objects/batch", """{ "objects": [ { "oid": "{0}", "error": { "code": 422, "message": "too large" } } ] }""")]
    [InlineData("/objects/batch", """{ "objects": [ { "oid": "{0}", "actions": { "upload": { "href": "file:///etc/passwd" } } } ] }""")]
    [InlineData("/objects/batch", """{ "objects": [ { "oid": "{0}", "actions": { "upload": { "href": "http://h/", "header": { "chunk_size": "10", "1": "http://h/" } } } } ] }""")]
    public async Task AnAnswerThatIsNone(string path, string body)
    {
        Write(Weights);
        Hub.Fail(new FakeFault(path, FaultKind.Body, Text: body.Replace("{0}", Weights.Sha256, StringComparison.Ordinal)));
        Assert.Equal(HubFailure.Protocol, (await Assert.ThrowsAsync<HubException>(
            () => Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token))).Failure);
    }

    [Fact]
    public async Task AFolderThatIsNone()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token));
        Directory.CreateDirectory(Source);
        await Assert.ThrowsAsync<ArgumentException>(() => Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token));
        Write(Text("a:b.txt", "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => Writer().UploadFolderAsync(Name, Source, "Model", cancellationToken: Token));
        Assert.Empty(Hub.Requests);
        File.Delete(Path.Combine(Source, "a:b.txt"));
        await Assert.ThrowsAsync<HubException>(() => Writer(options => options with { Offline = true })
            .UploadFolderAsync(Name, Write(Config), "Model", cancellationToken: Token));
    }

    private HubClient Writer(Func<HubOptions, HubOptions>? change = null) => Client(options =>
        change?.Invoke(options with { Token = FakeHub.GoodToken }) ?? options with { Token = FakeHub.GoodToken });

    private string Write(params FakeFile[] files)
    {
        foreach (FakeFile file in files)
        {
            string path = Path.Combine(Source, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
        }
        return Source;
    }
}
