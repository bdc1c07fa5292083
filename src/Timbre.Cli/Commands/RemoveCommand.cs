using System.CommandLine;
using Timbre.Hub;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre rm</c>: deletes a model from the cache of the Hub.</summary>
internal sealed class RemoveCommand : Verb
{
    private readonly Argument<string> _model = new("model") { Description = "A repository in the cache: owner/name." };
    private readonly Option<string?> _revision =
        Flags.Text("--revision", "Only this branch, tag or commit. Files that others share stay.", "revision");

    private readonly Option<bool> _yes = Flags.Switch("--yes", "Do not ask.", "-y");

    public RemoveCommand(CommandHost host) : base(
        "rm", "Delete a model that was downloaded from the Hub, and say what that frees.", host,
        "timbre rm openai/whisper-small", "timbre rm mlx-community/Kokoro-82M-bf16 --revision main --yes")
    {
        _model.CompletionSources.Add(_ => HubModels.Names(host, _ => true));
        Arguments.Add(_model);
        Options.Add(_revision);
        Options.Add(_yes);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string model = parsed.GetRequiredValue(_model);
        string? revision = parsed.GetValue(_revision);
        if (Host.Catalog.TryFind(model) is { } shipped)
            throw new UsageException($"'{model}' is not a download but a folder: {shipped}. It is not deleted.");
        if (Directory.Exists(model))
            throw new UsageException($"'{model}' is a folder. Only downloads from the Hub are deleted: owner/name.");
        var cache = new HubCache(GlobalOptions.HubOptionsOf(parsed, Host).CacheFolder);
        CachedRepository cached = cache.Find(model)
            ?? throw new HubException(
                HubFailure.RepositoryNotFound, $"{model} is not in the cache {cache.Folder}. 'timbre models' lists what is.");
        string what = revision is null ? model : $"{model}@{revision}";
        if (!parsed.GetValue(_yes) && !Host.InputRedirected && !Host.ErrorRedirected && !await IsSureAsync(what, cached, cancellationToken))
            return ExitCode.Failed;
        long freed = cache.Delete(model, revision);
        Host.Output.WriteLine($"{what}: deleted, {ModelsCommand.Megabytes(freed)} freed");
        return ExitCode.Done;
    }

    private async Task<bool> IsSureAsync(string what, CachedRepository cached, CancellationToken cancellationToken)
    {
        Host.Error.Write($"Delete {what} in {cached.Folder} ({ModelsCommand.Megabytes(cached.Size)} with all revisions)? [y/N] ");
        await Host.Error.FlushAsync(cancellationToken);
        using var input = new StreamReader(Host.OpenInput());
        // The read itself cannot be broken off, the wait for it can.
        string? answer = await input.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
