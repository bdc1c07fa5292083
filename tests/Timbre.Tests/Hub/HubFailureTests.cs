using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>Refusals, overload, lack of network and of room, and answers that make no sense: each with its message.</summary>
public sealed class HubFailureTests : HubTest
{
    private static readonly FakeFile Config = Text("config.json", "{}");

    [Theory]
    [InlineData(null, "set HF_TOKEN")]
    [InlineData(FakeHub.StrangerToken, "the token from HubOptions.Token does not open it")]
    public async Task ARepositoryThatIsNotThere(string? token, string remedy)
    {
        HubException error = await FailsAsync(Client(options => options with { Token = token }));
        Assert.Equal(HubFailure.RepositoryNotFound, error.Failure);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(RepositoryFolder));
    }

    [Fact]
    public async Task ARevisionThatIsNotThere()
    {
        Hub.Add(Name, Config);
        HubException error = await FailsAsync(revision: "v9");
        Assert.Equal(HubFailure.RevisionNotFound, error.Failure);
        Assert.Contains("'v9'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsListedButNotThere()
    {
        Hub.Add(Name, Config);
        Hub.Fail(new FakeFault("config.json", FaultKind.Status, 404));
        HubException error = await FailsAsync();
        Assert.Equal(HubFailure.EntryNotFound, error.Failure);
        Assert.Contains("'config.json'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereNobodyAnswersItSaysSoSoon()
    {
        HubException error = await FailsAsync(Client(options => options with { Endpoint = "http://127.0.0.1:9" }));
        Assert.Equal(HubFailure.Network, error.Failure);
        Assert.Contains("http://127.0.0.1:9 cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Single(Hub.Time.Waits);
    }

    [Theory]
    [InlineData(null, "make a token at")]
    [InlineData(FakeHub.StrangerToken, "has no access. Accept the conditions at")]
    public async Task AGatedRepositorySaysWhatToAccept(string? token, string remedy)
    {
        Hub.Add(Name, Config).IsGated = true;
        HubException error = await FailsAsync(Client(options => options with { Token = token }));
        Assert.Equal(HubFailure.Gated, error.Failure);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Hub.Endpoint}/{Name}", error.Message, StringComparison.Ordinal);
        AssertHolds(await Client(options => options with { Token = FakeHub.GoodToken }).GetSnapshotAsync(Name, cancellationToken: Token), Config);
    }

    [Fact]
    public async Task ATokenThatIsNotAccepted()
    {
        Hub.Add(Name, Config);
        HubException error = await FailsAsync(Client(options => options with { Token = "hf_wrong", TokenOrigin = "HF_TOKEN" }));
        Assert.Equal(HubFailure.Unauthorized, error.Failure);
        Assert.Contains("the token from HF_TOKEN", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Client(options => options with { Token = "hf wrong" }));
    }

    [Theory]
    [InlineData(429, "17", 17)]
    [InlineData(503, "3", 3)]
    [InlineData(503, "99999", 300)]
    public async Task WaitsAsLongAsTheServerAsks(int status, string wish, int seconds)
    {
        Hub.Add(Name, Config);
        Hub.Fail(new FakeFault("config.json", FaultKind.Status, status, RetryAfter: wish));
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Config);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(Hub.Time.Waits));
    }

    [Fact]
    public async Task UnderstandsTheHubsOwnLimitAndADate()
    {
        Hub.Add(Name, Config);
        Hub.Fail(new FakeFault("config.json", FaultKind.Status, 429, Text: "\"resolvers\";r=0;t=55"));
        Hub.Fail(new FakeFault("config.json", FaultKind.Status, 503, RetryAfter: DateTimeOffset.UtcNow.AddSeconds(100).ToString("R")));
        // There are calls left: the limit is not the reason.
        Hub.Fail(new FakeFault("config.json", FaultKind.Status, 503, Text: "\"resolvers\";r=9;t=55"));
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        TimeSpan[] waits = [.. Hub.Time.Waits];
        Assert.Equal(TimeSpan.FromSeconds(55), waits[0]);
        Assert.InRange(waits[1], TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(100));
        Assert.InRange(waits[2], TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task ANextPageOnAnotherHostIsRefused()
    {
        Hub.PageSize = 1;
        Hub.NextPageHost = Hub.StorageEndpoint;
        Hub.Add(Name, Config, Text("other.json", "[]"));
        Assert.Equal(HubFailure.Protocol, (await FailsAsync(Client(options => options with { Token = FakeHub.GoodToken }))).Failure);
        Assert.DoesNotContain(Hub.Requests, request => request.IsStorage);
    }

    [Fact]
    public async Task WaitsLongerEachTimeAndGivesUp()
    {
        Hub.Add(Name, Config);
        Hub.Fail(new FakeFault("/revision/main", FaultKind.Status, 502, Times: 99));
        HubException error = await FailsAsync(Client(options => options with { Retries = 4 }));
        Assert.Equal(HubFailure.Unavailable, error.Failure);
        Assert.Equal(5, Hub.Requests.Count);
        TimeSpan[] waits = [.. Hub.Time.Waits];
        Assert.Equal(4, waits.Length);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public async Task TriesAgainWhereNoAnswerComes()
    {
        Hub.Add(Name, Config);
        Hub.Fail(new FakeFault("/revision/main", FaultKind.Silence));
        AssertHolds(await Client(options => options with { RequestTimeout = TimeSpan.FromMilliseconds(300) }).GetSnapshotAsync(Name, cancellationToken: Token), Config);
        Assert.Single(Hub.Time.Waits);
    }

    [Fact]
    public async Task ASignatureThatRanOutIsAskedForAgain()
    {
        FakeFile weights = Large("model.safetensors", 1000);
        Hub.Add(Name, weights);
        Hub.Fail(new FakeFault(InStorage(weights), FaultKind.Status, 403));
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), weights);
    }

    [Fact]
    public async Task WithoutNetworkTheCacheServes()
    {
        Hub.Add(Name, Config, Text("other.json", "[]"));
        await Client().GetSnapshotAsync(Name, patterns: ["config.json"], cancellationToken: Token);
        HubClient alone = Client(options => options with { Endpoint = "http://127.0.0.1:9" });
        AssertHolds(await alone.GetSnapshotAsync(Name, patterns: ["config.json"], cancellationToken: Token), Config);
        HubException error = await FailsAsync(alone);
        Assert.Equal(HubFailure.Network, error.Failure);
        Assert.Contains("other.json", error.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.Time.Waits);
        Assert.Equal(HubFailure.Network, (await FailsAsync(alone, "unknown-branch")).Failure);
    }

    [Fact]
    public async Task OfflineNothingIsAskedOfTheNetwork()
    {
        Hub.Add(Name, Config, Text("other.json", "[]"));
        await Client().GetSnapshotAsync(Name, patterns: ["config.json"], cancellationToken: Token);
        Hub.Requests.Clear();
        HubClient offline = Client(options => options with { Offline = true });
        AssertHolds(await offline.GetSnapshotAsync(Name, patterns: ["config.json"], cancellationToken: Token), Config);
        Assert.Equal(HubFailure.Offline, (await FailsAsync(offline)).Failure);
        Assert.Equal(HubFailure.Offline, (await FailsAsync(offline, "v9")).Failure);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task AsksTheDiskBeforeItDownloads()
    {
        Hub.Add(Name, Large("model.safetensors", 50_000));
        HubException error = await FailsAsync(Client(options => options with { FreeSpace = _ => (16 << 20) + 49_999 }));
        Assert.Equal(HubFailure.DiskFull, error.Failure);
        Assert.Contains("timbre rm", error.Message, StringComparison.Ordinal);
        Assert.Empty(RequestsFor("/resolve/"));
        await Client(options => options with { FreeSpace = _ => (16 << 20) + 50_000 }).GetSnapshotAsync(Name, cancellationToken: Token);
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("/etc/outside.json")]
    [InlineData("a/../../outside.json")]
    [InlineData("C:/outside.json")]
    [InlineData("a\\outside.json")]
    [InlineData("a\0.json")]
    [InlineData("nul.json")]
    [InlineData("a./outside.json")]
    public async Task APathThatLeavesTheSnapshotIsRefused(string path)
    {
        Hub.Add(Name, Config, Text(path, "evil"));
        HubException error = await FailsAsync();
        Assert.Equal(HubFailure.UnsafePath, error.Failure);
        Assert.Empty(RequestsFor("/resolve/"));
        // What is not asked for does no harm.
        AssertHolds(await Client().GetSnapshotAsync(Name, patterns: ["config.json"], cancellationToken: Token), Config);
    }

    [Theory]
    [InlineData("/revision/main", "<html>")]
    [InlineData("/revision/main", """{ "sha": "../../../etc" }""")]
    [InlineData("/revision/main", """{ }""")]
    [InlineData("/revision/main", """{ "sha": "\ud800" }""")]
    [InlineData("/tree", """[ { "type": "file", "path": "\ud800", "size": 1, "oid": "0123456789012345678901234567890123456789" } ]""")]
    [InlineData("/tree", """{ "error": 1 }""")]
    [InlineData("/tree", """[ { "type": "file", "path": "a", "size": -1, "oid": "0123456789012345678901234567890123456789" } ]""")]
    [InlineData("/tree", """[ { "type": "file", "path": "a", "size": 1, "oid": "../../../../0123456789012345678901234567890" } ]""")]
    [InlineData("/tree", """[ { "type": "file", "path": "a", "size": 1 } ]""")]
    public async Task AnAnswerThatIsNone(string path, string body)
    {
        string commit = Hub.Add(Name, Config).Head;
        Hub.Fail(new FakeFault(path == "/tree" ? $"/tree/{commit}" : path, FaultKind.Body, Text: body));
        Assert.Equal(HubFailure.Protocol, (await FailsAsync()).Failure);
    }

    [Fact]
    public async Task RedirectsDoNotGoOnForEver()
    {
        Hub.Add(Name, Config);
        Hub.Fail(new FakeFault("config.json", FaultKind.Redirect, Text: "config.json", Times: 99));
        Assert.Equal(HubFailure.Protocol, (await FailsAsync()).Failure);
    }

    [Theory]
    [InlineData("voice")]
    [InlineData("../voice")]
    [InlineData("a/b/c")]
    [InlineData("acme/..")]
    [InlineData("acme/voice.git")]
    [InlineData("acme/vo--ice")]
    [InlineData("acme/vo ice")]
    [InlineData("acme/voice?x=1")]
    [InlineData("-acme/voice")]
    public async Task ANameThatIsNone(string name)
    {
        if (name != "voice")
            await Assert.ThrowsAsync<ArgumentException>(() => Client().GetSnapshotAsync(name, cancellationToken: Token));
        Assert.False(HubNames.IsRepository(name));
        Assert.Empty(Hub.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("/main")]
    [InlineData("a b")]
    [InlineData("..")]
    [InlineData("refs\\heads")]
    [InlineData("a\nb")]
    [InlineData("a/.b")]
    [InlineData("NUL")]
    public async Task ARevisionThatIsNone(string revision)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client().GetSnapshotAsync(Name, revision, cancellationToken: Token));
        Assert.Empty(Hub.Requests);
    }
}
