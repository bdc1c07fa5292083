using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>The cache as others fill it, and how it is listed and emptied.</summary>
public sealed class HubCacheTests : HubTest
{
    private static readonly FakeFile Config = Text("config.json", "{}");
    private static readonly FakeFile Weights = Large("model.safetensors", 10_000);

    [Fact]
    public async Task WhatPythonDownloadedIsFound()
    {
        string commit = Hub.Add(Name, Config, Weights, Text("not-fetched.txt", "x")).Head;
        WriteAsPython(commit, Config, Weights);
        HubClient offline = Client(options => options with { Offline = true });
        // Without a list of the files it holds what it holds.
        string snapshot = await offline.GetSnapshotAsync(Name, cancellationToken: Token);
        AssertHolds(snapshot, Weights);
        Assert.Equal(Config.Content, File.ReadAllBytes(await offline.GetFileAsync(Name, "config.json", cancellationToken: Token)));
        Assert.Equal(HubFailure.Offline, (await Assert.ThrowsAsync<HubException>(
            () => offline.GetFileAsync(Name, "not-fetched.txt", cancellationToken: Token))).Failure);
        // With the network only what is missing is downloaded.
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        Assert.Equal(["not-fetched.txt"], RequestsFor("/resolve/").Select(request => request.Path.Split('/')[^1]));
    }

    [Fact]
    public async Task PythonsListOfFilesIsUnderstood()
    {
        string commit = Hub.Add(Name, Config, Weights).Head;
        WriteAsPython(commit, Config);
        Directory.CreateDirectory(Path.Combine(RepositoryFolder, "trees"));
        File.WriteAllText(Path.Combine(RepositoryFolder, "trees", commit + ".json"), $$"""
            {
             "format_version": 1,
             "files": {
              "config.json": { "size": {{Config.Content.Length}}, "blob_id": "{{Config.BlobId}}" },
              "model.safetensors": { "size": 10000, "blob_id": "{{Weights.BlobId}}", "lfs_sha256": "{{Weights.Sha256}}", "lfs_size": 10000, "xet_hash": "{{new string('a', 64)}}" }
             }
            }
            """);
        HubException error = await FailsAsync(Client(options => options with { Offline = true }));
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        AssertHolds(await Client().GetSnapshotAsync(Name, commit, cancellationToken: Token), Weights);
        Assert.Empty(RequestsFor("/tree/"));
    }

    [Fact]
    public void ABrokenListOfFilesIsAskedForAgain()
    {
        string commit = Hub.Add(Name, Config).Head;
        var folder = new RepositoryFolder(Cache, Name);
        Directory.CreateDirectory(Path.Combine(RepositoryFolder, "trees"));
        foreach (string text in (string[])["", "[]", "{ \"format_version\": 2, \"files\": {} }", "{ \"format_version\": 1, \"files\": { \"a\": 1 } }"])
        {
            File.WriteAllText(folder.Tree(commit), text);
            Assert.Null(folder.ReadTree(commit));
        }
    }

    [Fact]
    public async Task ListsRepositoriesAndRevisions()
    {
        FakeRepository repository = Hub.Add(Name, Config, Weights);
        HubClient client = Client();
        await client.GetSnapshotAsync(Name, cancellationToken: Token);
        string first = repository.Head, second = repository.Commit("dev", Text("config.json", "[1]"), Weights);
        await client.GetSnapshotAsync(Name, "dev", cancellationToken: Token);
        Directory.CreateDirectory(Path.Combine(Cache, "models--no--snapshots"));
        Directory.CreateDirectory(Path.Combine(Cache, "datasets--some--data", "snapshots"));
        CachedRepository cached = Assert.Single(client.Cache.EnumerateRepositories());
        Assert.Equal(Name, cached.Name);
        Assert.Equal(2 + 3 + 10_000, cached.Size);
        Assert.InRange(cached.LastUsed, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal([("main", first, 10_002L, 2), ("dev", second, 10_003L, 2)],
            cached.Revisions.OrderBy(revision => revision.Size).Select(revision => (revision.ShortName, revision.Commit, revision.Size, revision.Files)));
        Assert.Empty(new HubCache(Path.Combine(Cache, "nowhere")).EnumerateRepositories());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeletesARevisionButNotWhatOthersShare(bool byCommit)
    {
        FakeRepository repository = Hub.Add(Name, Config, Weights);
        HubClient client = Client();
        string kept = await client.GetSnapshotAsync(Name, cancellationToken: Token);
        FakeFile config = Text("config.json", "[1]"), voice = Large("voices/b.bin", 500, seed: 3);
        string commit = repository.Commit("refs/pr/1", config, voice, Weights);
        string gone = await client.GetSnapshotAsync(Name, "refs/pr/1", cancellationToken: Token);
        Assert.Equal(503, client.Cache.Delete(Name, byCommit ? commit[..8] : "refs/pr/1"));
        AssertHolds(kept, Weights);
        Assert.False(Directory.Exists(gone) || File.Exists(Blob(voice)) || File.Exists(Blob(config)));
        Assert.Equal(10_002, client.Cache.Find(Name)!.Size);
        Assert.False(File.Exists(Path.Combine(RepositoryFolder, "refs", "refs", "pr", "1")));
        Assert.Equal(HubFailure.RevisionNotFound, Assert.Throws<HubException>(() => client.Cache.Delete(Name, "dev")).Failure);
        Assert.Equal(10_002, client.Cache.Delete(Name, "main"));
        Assert.False(Directory.Exists(RepositoryFolder));
        Assert.Equal(HubFailure.RepositoryNotFound, Assert.Throws<HubException>(() => client.Cache.Delete(Name)).Failure);
    }

    [Fact]
    public async Task DeletesARevisionWhereSnapshotsHoldTheirFiles()
    {
        FakeRepository repository = Hub.Add(Name, Config, Weights);
        HubClient client = Client(options => options with { UseLinks = false });
        await client.GetSnapshotAsync(Name, cancellationToken: Token);
        repository.Commit("dev", Text("config.json", "[1]"));
        string kept = await client.GetSnapshotAsync(Name, "dev", cancellationToken: Token);
        Assert.Equal(10_002, client.Cache.Delete(Name, "main"));
        AssertHolds(kept, Text("config.json", "[1]"));
    }

    [Fact]
    public async Task ALinkThatLeadsElsewhereIsNotFollowedWhenDeleting()
    {
        Hub.Add(Name, Config);
        string snapshot = await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        string precious = Path.Combine(Path.GetDirectoryName(Cache)!, "precious.txt"), folder = Path.Combine(Path.GetDirectoryName(Cache)!, "precious");
        File.WriteAllText(precious, "keep");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "inner.txt"), "keep");
        File.CreateSymbolicLink(Path.Combine(snapshot, "link.txt"), precious);
        Directory.CreateSymbolicLink(Path.Combine(snapshot, "folder"), folder);
        Hub.Repositories[Name].Commit("dev", Text("config.json", "[]"));
        await Client().GetSnapshotAsync(Name, "dev", cancellationToken: Token);
        Assert.Equal(2, Client().Cache.Delete(Name, "main"));
        Assert.True(File.Exists(precious) && File.Exists(Path.Combine(folder, "inner.txt")));
        Client().Cache.Delete(Name);
        Assert.True(File.Exists(precious) && File.Exists(Path.Combine(folder, "inner.txt")));
    }

    [Fact]
    public async Task DeletingCountsWhatWasNotFinished()
    {
        Hub.Add(Name, Config);
        await Client().GetSnapshotAsync(Name, cancellationToken: Token);
        File.WriteAllBytes(Path.Combine(RepositoryFolder, "blobs", new string('b', 64) + ".incomplete"), new byte[777]);
        Assert.Equal(779, Client().Cache.Delete(Name));
        Assert.Empty(Directory.GetDirectories(Path.Combine(Cache, ".locks")));
    }

    /// <summary>Files as huggingface_hub leaves them, in versions without a list of the files.</summary>
    private void WriteAsPython(string commit, params FakeFile[] files)
    {
        string snapshot = Path.Combine(RepositoryFolder, "snapshots", commit), blobs = Path.Combine(RepositoryFolder, "blobs");
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(Path.Combine(RepositoryFolder, "refs"));
        File.WriteAllText(Path.Combine(RepositoryFolder, "refs", "main"), commit);
        foreach (FakeFile file in files)
        {
            File.WriteAllBytes(Path.Combine(blobs, file.Etag), file.Content);
            File.CreateSymbolicLink(Path.Combine(snapshot, file.Path), $"../../blobs/{file.Etag}");
        }
    }
}
