using System.CommandLine;
using System.Runtime.InteropServices;
using Timbre.Audio;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre doctor</c>: what Timbre finds on this machine, and whether it works.</summary>
internal sealed class DoctorCommand : Verb
{
    private const string Good = "ok", Lacking = "missing", Bad = "WRONG";

    private readonly Option<bool> _noSelfTest = Flags.Switch("--no-self-test", "Only look; do not speak and listen.");

    public DoctorCommand(CommandHost host) : base(
        "doctor", "Check the runtime, devices, tools and models, and speak and listen once.", host,
        "timbre doctor", "timbre doctor --device cuda", "timbre doctor --no-self-test") => Options.Add(_noSelfTest);

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var findings = new List<string[]>
        {
            new[] { Good, "timbre", typeof(Speech).Assembly.GetName().Version!.ToString(3) },
            new[] { Good, "runtime", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors" },
        };
        findings.AddRange(Torch(parsed));
        findings.Add(await ToolAsync("ffmpeg", "-version", "formats other than WAV, MP3 and Ogg Vorbis", cancellationToken));
        findings.Add(await ToolAsync("espeak-ng", "--version", "languages other than English", cancellationToken));
        findings.Add(Player.IsAvailable ? [Good, "portaudio", "found"] : [Lacking, "portaudio", "needed to play (--play): install libportaudio2"]);
        findings.AddRange(Models());
        Columns.Write(Host.Output, findings);
        await Host.Output.FlushAsync(cancellationToken);

        bool right = findings.All(finding => finding[0] != Bad);
        if (parsed.GetValue(_noSelfTest))
            return right ? ExitCode.Done : ExitCode.Failed;
        (bool passed, string verdict) = await new SelfTest(Host, GlobalOptions.LoadOptionsOf(parsed, Host)).RunAsync(cancellationToken);
        Columns.Write(Host.Output, [[passed ? Good : Bad, "self-test", verdict]]);
        return right && passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static string[][] Torch(ParseResult parsed)
    {
        try
        {
            NativeRuntime native = NativeRuntime.Describe();
            int threads = parsed.GetValue(GlobalOptions.Threads) ?? native.Threads;
            string device = parsed.GetRequiredValue(GlobalOptions.Device);
            return
            [
                [Good, "libtorch", native.LibTorchVersion],
                [Good, "devices", $"{string.Join(", ", native.Devices)}; {device} {(device == "auto" ? $"takes {native.Devices[0]}" : "is asked for")}"],
                [Good, "kernels", native.UsesOneDnn ? "oneDNN" : "libtorch's own: oneDNN's results are wrong on this processor"],
                [Good, "threads", threads.ToString(System.Globalization.CultureInfo.InvariantCulture)],
            ];
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            return [[Bad, "libtorch", $"does not load: {(error.InnerException ?? error).Message}"]];
        }
    }

    private static async Task<string[]> ToolAsync(string name, string argument, string use, CancellationToken cancellationToken) =>
        await Tools.VersionAsync(name, argument, cancellationToken) is { } version
            ? [Good, name, version]
            : [Lacking, name, $"needed for {use}: install the package {name}"];

    private IEnumerable<string[]> Models()
    {
        bool any = false;
        foreach (ModelEntry model in Host.Catalog.EnumerateModels())
        {
            any = true;
            yield return [Good, "model", $"{model.Name} ({model.Family.Name}) in {model.Folder}"];
        }
        if (!any)
            yield return [Lacking, "models", $"none in {string.Join(", ", Host.Catalog.Folders)}: set TIMBRE_MODELS"];
    }
}
