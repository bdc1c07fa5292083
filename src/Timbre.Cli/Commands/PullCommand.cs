using System.CommandLine;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre pull</c>: downloads a model and all that it needs, for use without network.</summary>
internal sealed class PullCommand : Verb
{
    private readonly Argument<string> _model = new("model")
    {
        Description = "A repository of the Hub: owner/name or owner/name@revision. Of a folder, what it needs besides itself.",
    };

    private readonly Option<string?> _revision = ModelChoice.RevisionOption();
    private readonly Option<bool> _force = Flags.Switch("--force", "Download again what is there.");

    public PullCommand(CommandHost host) : base(
        "pull", "Download a model from the Hugging Face Hub, ready for use without network.", host,
        "timbre pull mlx-community/Kokoro-82M-bf16",
        "timbre pull openai/whisper-small --revision main")
    {
        _model.CompletionSources.Add(_ => HubModels.Names(host, _ => true));
        Arguments.Add(_model);
        Options.Add(_revision);
        Options.Add(_force);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string model = parsed.GetRequiredValue(_model);
        bool quiet = parsed.GetValue(GlobalOptions.Quiet);
        LoadOptions options = GlobalOptions.LoadOptionsOf(parsed, Host) with { Revision = parsed.GetValue(_revision) };
        ModelLocation location = await DownloadDisplay.RunAsync(Host, !quiet, $"asking for {model}", progress =>
            new ModelSource(options with { DownloadProgress = progress }).PullAsync(model, parsed.GetValue(_force), cancellationToken));
        if (!quiet)
        {
            string kind = location.Family?.Name ?? "a family that this version does not know";
            Host.Error.WriteLine($"{model}: {kind}, ready for use without network");
        }
        Host.Output.WriteLine(location.Path);
        return ExitCode.Done;
    }
}
