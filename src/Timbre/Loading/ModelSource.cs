using Timbre.Hub;

namespace Timbre.Loading;

/// <summary>
/// Finds where a model is by what a user calls it, and brings it from the Hub where it is not here. In this order: a path that exists; the
/// name of a folder in the catalog; a repository of the Hub, <c>owner/name</c> or <c>owner/name@revision</c>.
/// </summary>
/// <param name="options">The catalog, the Hub, the revision, and whom to tell of downloads.</param>
public sealed class ModelSource(LoadOptions options)
{
    // Not before it is needed: an address of the Hub that is wrong is of no matter to a model that is here.
    private readonly Lazy<HubClient> _client = new(() => new HubClient(options.Hub, options.LoggerFactory));

    private HubClient Hub => _client.Value;

    /// <summary>Finds a model to load it: what the cache holds whole is taken from there, everything else is downloaded.</summary>
    /// <param name="model">What the user calls it.</param>
    /// <param name="cancellationToken">Ends a download; the next one goes on where it ended.</param>
    /// <exception cref="ModelNotSupportedException">There is no such folder or model.</exception>
    /// <exception cref="HubException">The Hub does not give it.</exception>
    /// <exception cref="ArgumentException">A revision is named for what has none, or two are.</exception>
    public async Task<ModelLocation> ResolveAsync(string model, CancellationToken cancellationToken = default) =>
        TryResolve(model) ?? await DownloadAsync(NameOf(model), force: false, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Makes a model ready for use without network: asks the Hub whether there is a newer one, and downloads what is missing, companions
    /// too.
    /// </summary>
    /// <param name="model">What the user calls it; of a model that is here already the companions are fetched.</param>
    /// <param name="force">Whether to download again what is there.</param>
    /// <param name="cancellationToken">Ends a download; the next one goes on where it ended.</param>
    /// <exception cref="ModelNotSupportedException">There is no such folder or model.</exception>
    /// <exception cref="HubException">The Hub does not give it.</exception>
    public async Task<ModelLocation> PullAsync(string model, bool force = false, CancellationToken cancellationToken = default) =>
        FindPath(model) is { } path
            ? await WithCompanionsAsync(path, force, cancellationToken).ConfigureAwait(false)
            : await DownloadAsync(NameOf(model), force, cancellationToken).ConfigureAwait(false);

    /// <summary>Finds a model on this disk, without network; null for one of the Hub that the cache does not hold whole.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such folder or model.</exception>
    public ModelLocation? TryResolve(string model)
    {
        if (FindPath(model) is { } path)
            return new ModelLocation(path, [.. CompanionsOf(path).Select(FindCached).OfType<string>()]);
        (string repository, string? revision) = NameOf(model);
        if (Hub.FindCached(repository, revision) is not { } listing || !IsComplete(listing))
            return null;
        string snapshot = Hub.FolderOf(listing);
        string?[] companions = [.. CompanionsOf(snapshot).Select(FindCached)];
        return companions.Contains(null) ? null : new ModelLocation(snapshot, companions!) { Repository = repository };
    }

    /// <summary>The folder or weight file of a model that is not the Hub's; null where the name is that of a repository.</summary>
    private string? FindPath(string model)
    {
        string path = LocalPath.ExpandHome(model);
        string? found = Directory.Exists(path) || File.Exists(path) ? path : options.Catalog.TryFind(model);
        if (found is not null)
        {
            return options.Revision is null ? found : throw new ArgumentException(
                $"'{model}' is on this disk, and has no revision '{options.Revision}'. Only models of the Hub have revisions: owner/name.");
        }
        if (LocalPath.LooksLocal(model))
            throw new ModelNotSupportedException($"{path}: no such folder or file.");
        // Says what there is.
        return HubNames.IsRepository(model) ? null : options.Catalog.Find(model);
    }

    private (string Repository, string? Revision) NameOf(string model)
    {
        (string repository, string? revision) = HubNames.Split(model)!.Value;
        return revision is null || options.Revision is null || revision == options.Revision
            ? (repository, revision ?? options.Revision)
            : throw new ArgumentException($"'{model}' names the revision '{revision}', and '{options.Revision}' is asked for. Name one.");
    }

    private async Task<ModelLocation> DownloadAsync(
        (string Repository, string? Revision) name, bool force, CancellationToken cancellationToken)
    {
        IProgress<HubProgress>? progress = options.DownloadProgress;
        HubListing listing = await Hub.ListAsync(name.Repository, name.Revision, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<HubFile> first = FileChoice.First(listing);
        await Hub.FetchAsync(listing, first, force, progress, cancellationToken, isAll: false).ConfigureAwait(false);
        string folder = Hub.FolderOf(listing);
        HubFile[] others = [.. FileChoice.All(listing, folder).Except(first)];
        await Hub.FetchAsync(listing, others, force, progress, cancellationToken).ConfigureAwait(false);
        ModelLocation location = await WithCompanionsAsync(folder, force, cancellationToken).ConfigureAwait(false);
        return location with { Repository = name.Repository };
    }

    private async Task<ModelLocation> WithCompanionsAsync(string path, bool force, CancellationToken cancellationToken)
    {
        var companions = new List<string>();
        foreach (Companion companion in CompanionsOf(path))
        {
            HubListing listing = await Hub.ListAsync(companion.Repository, companion.Revision, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<HubFile> files = HubClient.Choose(listing, companion.Patterns);
            companions.Add(await Hub.FetchAsync(listing, files, force, options.DownloadProgress, cancellationToken).ConfigureAwait(false));
        }
        return new ModelLocation(path, companions);
    }

    /// <summary>Whether the cache holds all that would be fetched; without a list of the files, whether the weights are there.</summary>
    private bool IsComplete(HubListing listing)
    {
        string folder = Hub.FolderOf(listing);
        try
        {
            if (!Hub.Has(listing, FileChoice.First(listing)))
                return false;
            if (listing.IsWhole)
                return Hub.Has(listing, FileChoice.All(listing, folder));
            using ModelFiles files = ModelFiles.Open(folder);
            return files.WeightFiles.Count > 0;
        }
        catch (Exception error) when (error is ModelNotSupportedException or WeightException)
        {
            return false;
        }
    }

    private static IReadOnlyList<Companion> CompanionsOf(string path)
    {
        try
        {
            using ModelFiles files = ModelFiles.Open(path);
            return ModelRegistry.Find(files)?.CompanionsOf(files) ?? [];
        }
        catch (Exception error) when (error is ModelNotSupportedException or WeightException)
        {
            // Loading it says why.
            return [];
        }
    }

    private string? FindCached(Companion companion)
    {
        if (Hub.FindCached(companion.Repository, companion.Revision) is not { } listing)
            return null;
        IReadOnlyList<HubFile> files = listing.Matching(companion.Patterns);
        return files.Count > 0 && Hub.Has(listing, files) ? Hub.FolderOf(listing) : null;
    }
}
