using System.Text;
using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>A Hub, an empty cache and a client between them, for one test.</summary>
public abstract class HubTest : IAsyncLifetime
{
    internal const string Name = "acme/voice";

    private readonly TemporaryFolder _folder = new();

    private protected FakeHub Hub { get; private set; } = null!;

    private protected string Cache => _folder["hub"];

    private protected string RepositoryFolder => Path.Combine(Cache, "models--acme--voice");

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Hub = await FakeHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Hub.DisposeAsync();
        _folder.Dispose();
    }

    private protected HubClient Client(Func<HubOptions, HubOptions>? change = null) => new(change?.Invoke(Hub.Options(Cache)) ?? Hub.Options(Cache));

    private protected Task<HubException> FailsAsync(HubClient? client = null, string? revision = null) =>
        Assert.ThrowsAsync<HubException>(() => (client ?? Client()).GetSnapshotAsync(Name, revision, cancellationToken: Token));

    private protected static FakeFile Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text), IsLfs: false);

    /// <summary>A large file with content that differs everywhere.</summary>
    private protected static FakeFile Large(string path, int length, int seed = 1)
    {
        byte[] content = new byte[length];
        uint state = (uint)seed * 2654435761;
        for (int index = 0; index < length; index++)
            content[index] = (byte)((state = (state * 1664525) + 1013904223) >> 24);
        return new FakeFile(path, content, IsLfs: true);
    }

    /// <summary>How the path of a large file ends at the second host.</summary>
    private protected static string InStorage(FakeFile file) => $"{file.Sha256}/{file.Path}";

    private protected string Blob(FakeFile file) => Path.Combine(RepositoryFolder, "blobs", file.Etag);

    private protected void AssertHolds(string snapshot, FakeFile file) =>
        Assert.Equal(file.Content, File.ReadAllBytes(Path.Combine([snapshot, .. file.Path.Split('/')])));

    private protected FakeRequest[] RequestsFor(string part) => [.. Hub.Requests.Where(request => request.Path.Contains(part, StringComparison.Ordinal))];

    private protected sealed class Listener(Action<HubProgress> listen) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => listen(value);
    }
}
