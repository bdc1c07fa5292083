using System.Globalization;
using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>Downloads that break, stall, lie or are cancelled, and how they end all the same.</summary>
public sealed class ResumeTests : HubTest
{
    private static readonly FakeFile Weights = Large("model.safetensors", 400_000);

    private string Incomplete => Blob(Weights) + ".incomplete";

    [Theory]
    [InlineData(FaultKind.Drop, 150_000)]
    [InlineData(FaultKind.Stall, 70_000)]
    [InlineData(FaultKind.EarlyEnd, 100_000)]
    public async Task GoesOnWhereABodyEnded(object kind, long bytes)
    {
        Hub.Add(Name, Weights);
        Hub.Fail(new FakeFault(InStorage(Weights), (FaultKind)kind, bytes));
        HubClient client = Client(options => (FaultKind)kind == FaultKind.Stall ? options with { StallTimeout = TimeSpan.FromMilliseconds(400) } : options);
        AssertHolds(await client.GetSnapshotAsync(Name, cancellationToken: Token), Weights);
        string?[] ranges = [.. RequestsFor("/objects/").Select(request => request.Range)];
        Assert.Equal(2, ranges.Length);
        Assert.Null(ranges[0]);
        Assert.InRange(long.Parse(ranges[1]!["bytes=".Length..^1], CultureInfo.InvariantCulture), 1, bytes);
        Assert.False(File.Exists(Incomplete));
        Assert.Single(Hub.Time.Waits);
    }

    [Fact]
    public async Task TriesCountAnewWhenADownloadGetsOn()
    {
        Hub.Add(Name, Weights);
        Hub.Fail(new FakeFault(InStorage(Weights), FaultKind.Drop, 30_000, Times: 9));
        AssertHolds(await Client(options => options with { Retries = 4 }).GetSnapshotAsync(Name, cancellationToken: Token), Weights);
    }

    [Fact]
    public async Task GivesUpWhenNothingComes()
    {
        Hub.Add(Name, Weights);
        Hub.Fail(new FakeFault(InStorage(Weights), FaultKind.Drop, 100, Times: 100));
        HubException error = await FailsAsync(Client(options => options with { Retries = 3 }));
        Assert.Equal(HubFailure.Network, error.Failure);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, RequestsFor("/objects/").Length);
    }

    [Fact]
    public async Task TakesUpWhatAnEarlierRunLeft()
    {
        Hub.Add(Name, Weights);
        Directory.CreateDirectory(Path.GetDirectoryName(Incomplete)!);
        File.WriteAllBytes(Incomplete, Weights.Content[..123_456]);
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
        Assert.Equal(["bytes=123456-"], RequestsFor("/objects/").Select(request => request.Range));
    }

    [Theory]
    [InlineData(123_456)]
    [InlineData(400_000)]
    [InlineData(500_000)]
    public async Task WhatAnEarlierRunLeftIsNotTrusted(int length)
    {
        Hub.Add(Name, Weights);
        Directory.CreateDirectory(Path.GetDirectoryName(Incomplete)!);
        File.WriteAllBytes(Incomplete, new byte[length]);
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
    }

    [Theory]
    [InlineData(FaultKind.IgnoreRange, 0)]
    [InlineData(FaultKind.WrongRange, 0)]
    [InlineData(FaultKind.Status, 416)]
    public async Task BeginsAnewWhereThePartDoesNotFit(object kind, long value)
    {
        Hub.Add(Name, Weights);
        Directory.CreateDirectory(Path.GetDirectoryName(Incomplete)!);
        File.WriteAllBytes(Incomplete, Weights.Content[..5_000]);
        Hub.Fail(new FakeFault(InStorage(Weights), (FaultKind)kind, value));
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
    }

    [Theory]
    [InlineData(FaultKind.WrongBytes, 0)]
    [InlineData(FaultKind.WrongLength, 10)]
    [InlineData(FaultKind.WrongLength, -10)]
    [InlineData(FaultKind.EarlyEnd, 500_000)]
    public async Task WhatIsNotTheFileIsTriedOnceMoreAndThenRefused(object kind, long value)
    {
        Hub.Add(Name, Weights);
        Hub.Fail(new FakeFault(InStorage(Weights), (FaultKind)kind, value));
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
        Client().Cache.Delete(Name);
        Hub.Fail(new FakeFault(InStorage(Weights), (FaultKind)kind, value, Times: 9));
        HubException error = await FailsAsync();
        Assert.Equal(HubFailure.Corrupt, error.Failure);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Blob(Weights)));
        Assert.False(File.Exists(Path.Combine(RepositoryFolder, "refs", "main")));
    }

    [Fact]
    public async Task SmallFilesAreCheckedByTheirGitHash()
    {
        FakeFile config = Text("config.json", """{ "model_type": "kokoro" }""");
        Hub.Add(Name, config);
        Hub.Fail(new FakeFault("config.json", FaultKind.WrongBytes, Times: 9));
        HubException error = await FailsAsync();
        Assert.Equal(HubFailure.Corrupt, error.Failure);
        Assert.Contains(config.BlobId, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.OtherEtag)]
    [InlineData(FaultKind.OtherCommit)]
    public async Task AFileThatChangesUnderWayIsNoticed(object kind)
    {
        Hub.Add(Name, Weights);
        Hub.Fail(new FakeFault("model.safetensors", (FaultKind)kind));
        HubException error = await FailsAsync();
        Assert.Equal(HubFailure.Changed, error.Failure);
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
    }

    [Fact]
    public async Task ACancelledDownloadGoesOnTheNextTime()
    {
        Hub.Add(Name, Weights);
        Hub.BlockDelay = TimeSpan.FromMilliseconds(100);
        using var stop = new CancellationTokenSource();
        var progress = new Listener(report =>
        {
            if (report.FileBytes > 100_000)
                stop.Cancel();
        });
        // Reports come at steps of half a MiB, so that this one needs a bigger file.
        FakeFile big = Large("big.safetensors", 1_500_000);
        Hub.Repositories[Name].Commit(big);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().GetSnapshotAsync(Name, progress: progress, cancellationToken: stop.Token));
        long left = new FileInfo(Blob(big) + ".incomplete").Length;
        Assert.InRange(left, 1, big.Content.Length - 1);
        Hub.BlockDelay = TimeSpan.Zero;
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), big);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"bytes={left}-"), RequestsFor("/objects/").Last().Range);
    }

    [Fact]
    public async Task ForcedItIsDownloadedAgain()
    {
        Hub.Add(Name, Weights);
        HubClient client = Client();
        await client.GetSnapshotAsync(Name, cancellationToken: Token);
        File.WriteAllBytes(Blob(Weights), new byte[Weights.Content.Length]);
        HubListing listing = await client.ListAsync(Name, null, Token);
        AssertHolds(await client.FetchAsync(listing, listing.Matching(null), force: true, null, Token), Weights);
    }

    [Fact]
    public async Task AShortenedFileIsDownloadedAgain()
    {
        Hub.Add(Name, Weights);
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        File.WriteAllBytes(Blob(Weights), Weights.Content[..1000]);
        AssertHolds(await Client().GetSnapshotAsync(Name, cancellationToken: Token), Weights);
    }
}
