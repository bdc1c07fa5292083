using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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

    /// <summary>Where the library reports; it never prints.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
