using System.Diagnostics;
using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>Locks between handles and between processes, and two of each that want the same model.</summary>
public sealed class FileLockTests : HubTest
{
    private static readonly FakeFile Config = Text("config.json", """{ "model_type": "whisper" }""");
    private static readonly FakeFile Weights = Large("model.safetensors", 2_000_000);

    [Fact]
    public async Task OneHasItAtATime()
    {
        string path = Path.Combine(Cache, ".locks", "models--acme--voice", "etag.lock");
        FileLock first = await FileLock.AcquireAsync(path, Token);
        Assert.Null(FileLock.TryAcquire(path));
        Task<FileLock> second = FileLock.AcquireAsync(path, Token);
        await Task.Delay(120, Token);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        FileLock.TryAcquire(path)!.Dispose();
    }

    [Fact]
    public async Task AWaitCanBeCancelled()
    {
        string path = Path.Combine(Cache, "etag.lock");
        using FileLock held = await FileLock.AcquireAsync(path, Token);
        using var stop = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FileLock.AcquireAsync(path, stop.Token));
    }

    /// <summary><c>flock(1)</c> takes what Python's filelock takes.</summary>
    [Fact]
    public async Task IsTheLockThatFlockTakes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "needs /usr/bin/flock");
        string path = Path.Combine(Cache, "etag.lock");
        using (await FileLock.AcquireAsync(path, Token))
            Assert.Equal(1, await RunAsync("/usr/bin/flock", ["--nonblock", path, "true"], []));
        Assert.Equal(0, await RunAsync("/usr/bin/flock", ["--nonblock", path, "true"], []));
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/flock", [path, "sleep", "30"]))!;
        for (int tries = 0; tries < 100 && FileLock.TryAcquire(path) is { } taken; tries++)
        {
            taken.Dispose();
            await Task.Delay(20, Token);
        }
        Assert.Null(FileLock.TryAcquire(path));
        other.Kill(entireProcessTree: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoClientsDownloadOnce(bool links)
    {
        Hub.Add(Name, Config, Weights);
        Hub.BlockDelay = TimeSpan.FromMilliseconds(5);
        string[] snapshots = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Client(options => options with { UseLinks = links }).GetSnapshotAsync(Name, cancellationToken: Token)));
        AssertHolds(Assert.Single(snapshots.Distinct()), Weights);
        Assert.Single(RequestsFor("/objects/"));
        Assert.Single(RequestsFor("/resolve/"), request => request.Path.EndsWith("config.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoProcessesDownloadOnce()
    {
        Hub.Add(Name, Config, Weights);
        Hub.BlockDelay = TimeSpan.FromMilliseconds(50);
        var environment = new Dictionary<string, string?>
        {
            ["HF_ENDPOINT"] = Hub.Endpoint,
            ["HF_HUB_CACHE"] = Cache,
            ["HF_TOKEN"] = null,
            ["HF_HUB_OFFLINE"] = null,
            ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1",
        };
        // The command line as it lies beside the tests, with what they have brought along.
        string At(string name) => Path.Combine(AppContext.BaseDirectory, name);
        string[] arguments = ["exec", "--runtimeconfig", At("Timbre.Tests.runtimeconfig.json"), "--depsfile", At("Timbre.Tests.deps.json"),
            At("Timbre.Cli.dll"), "pull", Name, "--quiet"];
        int[] codes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RunAsync("dotnet", arguments, environment)));
        Assert.Equal([0, 0], codes);
        AssertHolds(Path.Combine(RepositoryFolder, "snapshots", Hub.Repositories[Name].Head), Weights);
        Assert.Single(RequestsFor("/objects/"));
    }

    private static async Task<int> RunAsync(string program, string[] arguments, Dictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return process.ExitCode;
    }
}
