using System.CommandLine;
using Timbre.Hub;
using Timbre.Loading;

namespace Timbre.Cli;

/// <summary>The options that every verb has.</summary>
internal static class GlobalOptions
{
    private static readonly Dictionary<string, Precision> Precisions = new()
    {
        ["auto"] = Timbre.Loading.Precision.Automatic,
        ["float32"] = Timbre.Loading.Precision.Float32,
        ["bfloat16"] = Timbre.Loading.Precision.BFloat16,
        ["float16"] = Timbre.Loading.Precision.Float16,
    };

    public static readonly Option<string> Device =
        Flags.TextOr("auto", "--device", "Where to compute: auto, cpu, cuda, cuda:N or mps.", "device").Completing("auto", "cpu", "cuda", "mps");

    public static readonly Option<int?> Threads = Flags.Whole("--threads", "Threads of the CPU kernels.", 1);

    public static readonly Option<string> Precision =
        Flags.Choice("--precision", "The type to compute in; auto is the best for the model and the device.", "auto", [.. Precisions.Keys]);

    public static readonly Option<bool> Offline =
        Flags.Switch("--offline", "Never touch the network: models come from the disk, or not at all. [HF_HUB_OFFLINE]");

    public static readonly Option<bool> Quiet = Flags.Switch("--quiet", "No progress and no remarks on standard error, only errors.", "-q");

    public static readonly Option<bool> Verbose = Flags.Switch("--verbose", "Say on standard error what is done; show where an error arose.");

    public static void AddTo(RootCommand root)
    {
        foreach (Option option in (Option[])[Device, Threads, Precision, Offline, Quiet, Verbose])
        {
            option.Recursive = true;
            root.Options.Add(option);
        }
    }

    /// <summary>Where the Hub and its cache are, as the environment and the options say.</summary>
    public static HubOptions HubOptionsOf(ParseResult parsed, CommandHost host)
    {
        HubOptions options = host.ReadHubOptions();
        return options with { Offline = options.Offline || parsed.GetValue(Offline) };
    }

    /// <summary>How to load a model, as the options say.</summary>
    public static LoadOptions LoadOptionsOf(ParseResult parsed, CommandHost host) => new()
    {
        Device = parsed.GetRequiredValue(Device),
        Threads = parsed.GetValue(Threads),
        Precision = Precisions[parsed.GetRequiredValue(Precision)],
        Catalog = host.Catalog,
        Hub = HubOptionsOf(parsed, host),
        LoggerFactory = parsed.GetValue(Verbose)
            ? new ErrorLogger(host.Error)
            : Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
    };
}
