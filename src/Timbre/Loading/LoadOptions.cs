using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Timbre.Hub;

namespace Timbre.Loading;

/// <summary>How to load a model.</summary>
public sealed record LoadOptions
{
    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The type to compute in.</summary>
    public Precision Precision { get; init; }

    /// <summary>Threads that the CPU kernels use, for the whole process; null leaves libtorch's choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Where models are looked for by name.</summary>
    public ModelCatalog Catalog { get; init; } = ModelCatalog.Default;

    /// <summary>The Hub that a name <c>owner/name</c> is looked for at, and its cache.</summary>
    public HubOptions Hub { get; init; } = HubOptions.FromEnvironment();

    /// <summary>The branch, tag or commit of a model of the Hub; null is <c>main</c>. It may follow the name: <c>owner/name@tag</c>.</summary>
    public string? Revision { get; init; }

    /// <summary>Told how far downloads from the Hub have come.</summary>
    public IProgress<HubProgress>? DownloadProgress { get; init; }

    /// <summary>Where the library reports; it never prints.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
