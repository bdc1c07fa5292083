using System.Collections.Concurrent;
using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>What a snapshot brings, where it lies in the cache, and which requests that takes.</summary>
public sealed class SnapshotTests : HubTest
{
    private static readonly FakeFile Config = Text("config.json", "{}");
    private static readonly FakeFile Weights = Large("model.safetensors", 300_000);
    private static readonly FakeFile Voice = Large("voices/af_heart.bin", 5_000, seed: 2);

    [Fact]
    public async Task LiesInTheCacheAsHuggingfaceHubLaysItOut()
    {
        string commit = Hub.Add(Name, Config, Weights, Voice).Head;
        string snapshot = await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.Equal(Path.Combine(RepositoryFolder, "snapshots", commit), snapshot);
        Assert.All((FakeFile[])[Config, Weights, Voice], file => AssertHolds(snapshot, file));
        Assert.Equal(commit, File.ReadAllText(Path.Combine(RepositoryFolder, "refs", "main")));
        Assert.Equal($"../../blobs/{Weights.Sha256}", new FileInfo(Path.Combine(snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal($"../../../blobs/{Voice.Sha256}", new FileInfo(Path.Combine(snapshot, "voices", "af_heart.bin")).LinkTarget);
        Assert.Equal(Config.Content, File.ReadAllBytes(Path.Combine(RepositoryFolder, "blobs", Config.BlobId)));
        Assert.True(File.Exists(Path.Combine(Cache, ".locks", "models--acme--voice", Weights.Sha256 + ".lock")));
        Assert.True(File.Exists(Path.Combine(RepositoryFolder, "trees", commit + ".json")));
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", File.ReadAllText(Path.Combine(Cache, "CACHEDIR.TAG")), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(RepositoryFolder, "blobs")).Length);
        Assert.Empty(Directory.GetFiles(RepositoryFolder));
    }

    [Fact]
    public async Task TheTokenStaysWithTheHub()
    {
        Hub.Add(Name, Config, Weights).IsPrivate = true;
        await Client(options => options with { Token = FakeHub.GoodToken }).GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.All(Hub.Requests, request => Assert.Equal(request.IsStorage ? null : $"Bearer {FakeHub.GoodToken}", request.Authorization));
        Assert.Single(Hub.Requests, request => request.IsStorage);
    }

    [Fact]
    public async Task FollowsARenamedRepositoryWithTheToken()
    {
        Hub.Add("acme/renamed", Config).IsPrivate = true;
        Hub.Fail(new FakeFault($"/api/models/{Name}/revision/main", FaultKind.Redirect, Text: "/api/models/acme/renamed/revision/main"));
        Hub.Fail(new FakeFault($"/tree/{Hub.Repositories["acme/renamed"].Head}", FaultKind.Redirect,
            Text: $"/api/models/acme/renamed/tree/{Hub.Repositories["acme/renamed"].Head}?recursive=true"));
        Hub.Fail(new FakeFault("config.json", FaultKind.Redirect, Text: $"/acme/renamed/resolve/{Hub.Repositories["acme/renamed"].Head}/config.json"));
        string snapshot = await Client(options => options with { Token = FakeHub.GoodToken }).GetSnapshotAsync(Name, cancellationToken: Token);
        AssertHolds(snapshot, Config);
    }

    [Theory]
    [InlineData(new[] { "*.json" }, new[] { "config.json", "deep/more.json" })]
    [InlineData(new[] { "voices/" }, new[] { "voices/af_heart.bin" })]
    [InlineData(new[] { "[a-c]*.json", "model.?afetensors" }, new[] { "config.json", "model.safetensors" })]
    public async Task BringsWhatThePatternsSay(string[] patterns, string[] expected)
    {
        Hub.Add(Name, Config, Weights, Voice, Text("deep/more.json", "[]"));
        string snapshot = await Client().GetSnapshotAsync(Name, patterns: patterns, cancellationToken: Token);
        Assert.Equal(expected, Directory.GetFiles(snapshot, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(snapshot, path).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task PatternsThatNothingFitsAreAnError()
    {
        Hub.Add(Name, Config);
        var error = await Assert.ThrowsAsync<HubException>(() => Client().GetSnapshotAsync(Name, patterns: ["*.onnx", "*.bin"], cancellationToken: Token));
        Assert.Equal(HubFailure.EntryNotFound, error.Failure);
        Assert.Contains("*.onnx or *.bin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadsAListOfManyPages()
    {
        Hub.PageSize = 2;
        FakeFile[] files = [.. Enumerable.Range(0, 7).Select(index => Text($"file{index}.txt", $"text {index}"))];
        Hub.Add(Name, files);
        string snapshot = await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.All(files, file => AssertHolds(snapshot, file));
        Assert.Equal(4, RequestsFor("/tree/").Length);
    }

    [Fact]
    public async Task ABranchWithASlashAndATagAndACommitAreRevisions()
    {
        FakeRepository repository = Hub.Add(Name);
        string branch = repository.Commit("refs/pr/7", Text("config.json", "branch"));
        string tag = repository.Commit("v1.0", Text("config.json", "tag"));
        HubClient client = Client();
        AssertHolds(await client.GetSnapshotAsync(Name, "refs/pr/7", cancellationToken: Token), Text("config.json", "branch"));
        AssertHolds(await client.GetSnapshotAsync(Name, "v1.0", cancellationToken: Token), Text("config.json", "tag"));
        Assert.Equal(branch, File.ReadAllText(Path.Combine(RepositoryFolder, "refs", "refs", "pr", "7")));
        Assert.EndsWith(tag, await client.GetSnapshotAsync(Name, tag, cancellationToken: Token), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(RepositoryFolder, "refs", tag)));
    }

    [Fact]
    public async Task ASecondTimeOnlyTheCommitIsAskedFor()
    {
        Hub.Add(Name, Config, Weights);
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Hub.Requests.Clear();
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.EndsWith("/revision/main", Assert.Single(Hub.Requests).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEndpointMayEndWithASlash()
    {
        Hub.Add(Name, Config);
        HubClient client = Client(options => options with { Endpoint = Hub.Endpoint + "/" });
        AssertHolds(await client.GetSnapshotAsync(Name, cancellationToken: Token), Config);
    }

    [Fact]
    public async Task AKnownCommitTakesNoRequest()
    {
        string commit = Hub.Add(Name, Config).Head;
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Hub.Requests.Clear();
        AssertHolds(await Client().GetSnapshotAsync(Name, commit, cancellationToken: Token), Config);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task ANewCommitSharesWhatDidNotChange()
    {
        FakeRepository repository = Hub.Add(Name, Config, Weights);
        string first = await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        FakeFile changed = Text("config.json", "{ \"new\": true }");
        repository.Commit(changed, Weights);
        Hub.Requests.Clear();
        string second = await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.NotEqual(first, second);
        AssertHolds(first, Config);
        AssertHolds(second, changed);
        AssertHolds(second, Weights);
        Assert.DoesNotContain(Hub.Requests, request => request.IsStorage);
    }

    [Fact]
    public async Task ReportsEachFileAndTheWhole()
    {
        Hub.Add(Name, Config, Weights, Voice);
        var seen = new ConcurrentQueue<HubProgress>();
        await Client().GetSnapshotAsync(Name, progress: new Listener(seen.Enqueue), cancellationToken: Token);
        long size = Config.Content.Length + Weights.Content.Length + Voice.Content.Length;
        Assert.All(seen, report => Assert.Equal((Name, size), (report.Repository, report.Size)));
        Assert.Equal(size, seen.Last().Bytes);
        Assert.Equal(["config.json", "model.safetensors", "voices/af_heart.bin"],
            seen.Where(report => report.FileBytes == report.FileSize).Select(report => report.File).Order(StringComparer.Ordinal));
        seen.Clear();
        await Client().GetSnapshotAsync(Name, progress: new Listener(seen.Enqueue), cancellationToken: Token);
        Assert.Equal(3, seen.Count);
        Assert.Equal(size, seen.Last().Bytes);
    }

    [Fact]
    public async Task WithoutLinksTheSnapshotHoldsTheFiles()
    {
        FakeFile twin = Weights with { Path = "copy.safetensors" };
        FakeRepository repository = Hub.Add(Name, Config, Weights, twin, Text("empty.txt", ""));
        HubClient client = Client(options => options with { UseLinks = false, Parallelism = 1 });
        string snapshot = await client.GetSnapshotAsync(Name, cancellationToken: Token);
        AssertHolds(snapshot, Weights);
        AssertHolds(snapshot, twin);
        Assert.Null(new FileInfo(Path.Combine(snapshot, "model.safetensors")).LinkTarget);
        // As huggingface_hub: moved where one snapshot has it.
        Assert.False(File.Exists(Blob(Config)));
        Assert.Single(RequestsFor("/objects/"));
        Hub.Requests.Clear();
        await client.GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.Single(Hub.Requests);
        repository.Commit(Weights);
        AssertHolds(await client.GetSnapshotAsync(Name, cancellationToken: Token), Weights);
    }

    [Fact]
    public async Task OneFileComesAlone()
    {
        string commit = Hub.Add(Name, Config, Weights, Voice).Head;
        string path = await Client().GetFileAsync(Name, "voices/af_heart.bin", cancellationToken: Token);
        Assert.Equal(Voice.Content, File.ReadAllBytes(path));
        Assert.False(File.Exists(Blob(Weights)));
        var error = await Assert.ThrowsAsync<HubException>(() => Client().GetFileAsync(Name, "voices/nobody.bin", cancellationToken: Token));
        Assert.Equal(HubFailure.EntryNotFound, error.Failure);
        Assert.True(File.Exists(Path.Combine(RepositoryFolder, ".no_exist", commit, "voices", "nobody.bin")));
        await Assert.ThrowsAsync<ArgumentException>(() => Client().GetFileAsync(Name, "../config.json", cancellationToken: Token));
    }
}
