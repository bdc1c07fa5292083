using System.CommandLine;
using Timbre.Loading;

namespace Timbre.Benchmarks.Commands;

/// <summary>The options that the commands share.</summary>
internal static class BenchmarkOptions
{
    public static Option<bool> Save { get; } = new("--save") { Description = "Write the table into its document in docs/", Recursive = true };

    public static Option<string> Real { get; } = new("--real")
    {
        Description = "Folder of real data with speech/ in it (also: TIMBRE_REAL)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TIMBRE_REAL") ?? "",
        Recursive = true,
    };

    public static Option<int?> Threads { get; } = new("--threads") { Description = "Threads of every engine", Recursive = true };

    public static Option<Precision> Precision { get; } = new("--precision") { Description = "What Timbre computes in", Recursive = true };

    public static Option<string> Device { get; } = new("--device")
    {
        Description = "Where Timbre computes: cpu, cuda ...", DefaultValueFactory = _ => "auto", Recursive = true,
    };

    public static LoadOptions Load(ParseResult parse) => new()
    {
        Device = parse.GetRequiredValue(Device),
        Threads = parse.GetValue(Threads),
        Precision = parse.GetValue(Precision),
    };

    public static string RealFolder(ParseResult parse) =>
        parse.GetValue(Real) is { Length: > 0 } folder && Directory.Exists(Path.Combine(folder, "speech"))
            ? folder
            : throw new InvalidOperationException("this benchmark needs the folder of real speech: --real FOLDER, or TIMBRE_REAL.");
}
