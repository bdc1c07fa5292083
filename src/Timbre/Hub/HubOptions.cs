namespace Timbre.Hub;

/// <summary>
/// Where the Hub is, where its cache is, and how it is talked to. The environment variables are those of Python's <c>huggingface_hub</c>
/// (<c>constants.py</c>, <c>utils/_auth.py</c>), so that both use one cache and one login.
/// </summary>
public sealed record HubOptions
{
    /// <summary>The public Hub.</summary>
    public const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>The address of the Hub, without a slash at the end.</summary>
    public string Endpoint { get; init; } = DefaultEndpoint;

    /// <summary>The folder of the cache, which Python's <c>huggingface_hub</c> shares.</summary>
    public string CacheFolder { get; init; } = DefaultCacheFolder;

    /// <summary>The token to ask with, or null. It goes to the endpoint only, never to the hosts that it redirects to.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the network is never touched: what is not in the cache is an error.</summary>
    public bool Offline { get; init; }

    /// <summary>Files that are downloaded at a time.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>Tries after the first one, each after a longer wait; a download that gets on begins to count anew.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>How long an answer may take to begin.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may give nothing before its connection is taken for dead.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether snapshots link to their files, where the disk can; otherwise they hold them.</summary>
    public bool UseLinks { get; init; } = true;

    /// <summary>The clock of the waits between tries.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How long the Hub may think about what it was sent, and a connection take nothing of what is being sent.</summary>
    internal TimeSpan SendTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The free bytes of the disk that holds a folder, or null where that cannot be told.</summary>
    internal Func<string, long?> FreeSpace { get; init; } = DiskSpace.Free;

    /// <summary>Where the token comes from, for messages.</summary>
    internal string TokenOrigin { get; init; } = "HubOptions.Token";

    private static string DefaultCacheFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface", "hub");

    /// <summary>What the environment says: see docs/hub.md for the variables.</summary>
    /// <exception cref="ArgumentException">A variable has a value that makes no sense.</exception>
    public static HubOptions FromEnvironment() => HubEnvironment.Read(Environment.GetEnvironmentVariable);
}
