using System.CommandLine;
using Timbre.Loading;

namespace Timbre.Cli;

/// <summary>The options <c>--model</c> and <c>--revision</c>, and what they choose.</summary>
internal sealed class ModelChoice
{
    private readonly CommandHost _host;

    /// <summary>The choice among the models that can do something.</summary>
    public ModelChoice(CommandHost host, ModelCapabilities capability)
    {
        _host = host;
        Model = Flags.Text(
            "--model", "A folder, a weight file, the name of a model that 'timbre models' lists, or a repository of the Hub: owner/name.",
            "model", "-m");
        Model.CompletionSources.Add(_ => host.Catalog.EnumerateModels()
            .Where(model => model.Family.Capabilities.HasFlag(capability)).Select(model => model.Name)
            .Concat(HubModels.Names(host, family => family?.Capabilities.HasFlag(capability) == true)));
        Revision = RevisionOption();
    }

    public Option<string?> Model { get; }

    public Option<string?> Revision { get; }

    public static Option<string?> RevisionOption() =>
        Flags.Text("--revision", "Branch, tag or commit of a model of the Hub. [default: main]", "revision");

    public void AddTo(Command verb)
    {
        verb.Options.Add(Model);
        verb.Options.Add(Revision);
    }

    /// <summary>How to load the model.</summary>
    public LoadOptions LoadOptionsOf(ParseResult parsed) =>
        GlobalOptions.LoadOptionsOf(parsed, _host) with { Revision = parsed.GetValue(Revision) };

    /// <summary>Loads the model, and shows how far it and its download are.</summary>
    public Task<T> LoadAsync<T>(
        ParseResult parsed, Func<string?, LoadOptions, CancellationToken, Task<T>> load, CancellationToken cancellationToken) =>
        DownloadDisplay.RunAsync(_host, !parsed.GetValue(GlobalOptions.Quiet), "loading the model",
            progress => load(parsed.GetValue(Model), LoadOptionsOf(parsed) with { DownloadProgress = progress }, cancellationToken));

    /// <summary>The voices of the model, downloaded where it is not here; of the first model that speaks when none is named.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such model, or it has no voices.</exception>
    public Task<IReadOnlyList<VoiceInfo>> VoicesAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        DownloadDisplay.RunAsync(_host, !parsed.GetValue(GlobalOptions.Quiet), "finding the model", async progress =>
        {
            var source = new ModelSource(LoadOptionsOf(parsed) with { DownloadProgress = progress });
            return VoicesOf(await source.ResolveAsync(NameOf(parsed), cancellationToken));
        });

    /// <summary>The voices of the model if it is here; none else.</summary>
    public IReadOnlyList<VoiceInfo> VoicesHere(ParseResult parsed) =>
        new ModelSource(LoadOptionsOf(parsed)).TryResolve(NameOf(parsed)) is { } location ? VoicesOf(location) : [];

    private string NameOf(ParseResult parsed) => parsed.GetValue(Model) ?? _host.Catalog.FirstWith(ModelCapabilities.TextToSpeech)
        ?? throw new ModelNotSupportedException($"no model that speaks was found in: {string.Join(", ", _host.Catalog.Folders)}.");

    private static IReadOnlyList<VoiceInfo> VoicesOf(ModelLocation location)
    {
        IReadOnlyList<VoiceInfo> voices = location.Voices;
        return voices.Count > 0 ? voices : throw new ModelNotSupportedException($"{location.Path}: holds no voices.");
    }
}
