using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Timbre.Hub;

/// <summary>
/// Finds out which commit a revision is and which files it has: from the Hub, or from the cache where that suffices. The files come from
/// the tree of the commit, page by page, rather than from the <c>siblings</c> of the model's description: these have no sizes and hashes
/// unless asked for, come in one answer however many they are, and a commit's tree may be kept for ever.
/// </summary>
internal sealed class HubListings(HubHttp http, ILogger logger)
{
    private const int MostPages = 200;

    // The first question of all: where nobody answers it, there is most likely no network, and nobody wants to wait to be told.
    private const int FirstContactRetries = 1;

    /// <summary>What the cache knows; null where it has neither a list of the files nor a snapshot.</summary>
    public HubListing? FindCached(string repository, string revision)
    {
        RepositoryFolder folder = FolderOf(repository);
        if (folder.ReadRef(HubNames.CheckRevision(revision)) is not { } commit)
            return null;
        if (folder.ReadTree(commit) is { } files)
            return new HubListing(repository, revision, commit, files);
        return Directory.Exists(folder.Snapshot(commit))
            ? new HubListing(repository, revision, commit, folder.CountFiles(commit), IsWhole: false)
            : null;
    }

    /// <summary>What the Hub says; what the cache knows where it is offline or cannot be reached.</summary>
    /// <exception cref="HubException">There is no such repository or revision, or neither Hub nor cache can tell.</exception>
    public async Task<HubListing> GetAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        HubListing? cached = FindCached(repository, revision);
        // A commit never changes.
        if (cached is { IsWhole: true } && HubNames.IsCommit(revision))
            return cached;
        if (http.Options.Offline)
        {
            return cached ?? throw new HubException(HubFailure.Offline, $"{new HubSubject(repository, revision)} is not in the cache "
                + $"{http.Options.CacheFolder}, and the network may not be touched (HF_HUB_OFFLINE, --offline).");
        }
        try
        {
            return await AskAsync(repository, revision, cached is null ? http.Options.Retries : 0, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException error) when (cached is not null && error.Failure is HubFailure.Network or HubFailure.Unavailable)
        {
            logger.LogWarning("{Failure} The cached commit {Commit} is taken.", error.Message, cached!.Commit);
            return cached with { Unreachable = error };
        }
    }

    private async Task<HubListing> AskAsync(string repository, string revision, int retries, CancellationToken cancellationToken)
    {
        var subject = new HubSubject(repository, revision);
        Uri address = http.Address($"api/models/{repository}/revision/{Uri.EscapeDataString(revision)}");
        try
        {
            (JsonDocument json, _) = await http.GetJsonAsync(
                address, subject, retries, cancellationToken, FirstContactRetries).ConfigureAwait(false);
            string commit;
            using (json)
                commit = TreeJson.Text(json.RootElement, "sha");
            if (!HubNames.IsCommit(commit))
                throw new FormatException("'sha' is no commit");
            RepositoryFolder folder = FolderOf(repository);
            if (folder.ReadTree(commit) is { } known)
                return new HubListing(repository, revision, commit, known);
            Dictionary<string, HubFile> files = await AskTreeAsync(repository, commit, subject, cancellationToken).ConfigureAwait(false);
            folder.WriteTree(commit, files);
            return new HubListing(repository, revision, commit, files);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new HubException(
                HubFailure.Protocol, $"{subject}: {http.Options.Endpoint} answers what is no list of files: {error.Message}.", error);
        }
    }

    private async Task<Dictionary<string, HubFile>> AskTreeAsync(
        string repository, string commit, HubSubject subject, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        Uri? address = http.Address($"api/models/{repository}/tree/{commit}?recursive=true");
        int retries = http.Options.Retries;
        for (int page = 0; address is not null; page++)
        {
            if (page == MostPages)
                throw new FormatException($"it has more than {MostPages} pages");
            (JsonDocument json, address) = await http.GetJsonAsync(address, subject, retries, cancellationToken).ConfigureAwait(false);
            using (json)
                TreeJson.AddPage(json.RootElement, files);
        }
        return files;
    }

    private RepositoryFolder FolderOf(string repository) => new(http.Options.CacheFolder, repository);
}
