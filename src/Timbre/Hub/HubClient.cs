using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Timbre.Hub;

/// <summary>
/// Downloads from the Hugging Face Hub, or another server that speaks its language, into the cache that Python's <c>huggingface_hub</c>
/// shares, and uploads to it. Safe to use from several threads; two processes that want the same file download it once.
/// </summary>
public sealed class HubClient
{
    private readonly HubHttp _http;
    private readonly HubListings _listings;
    private readonly SnapshotDownload _download;

    /// <summary>A client.</summary>
    /// <param name="options">Where and how; null takes what the environment says.</param>
    /// <param name="loggerFactory">Where retries and fallbacks are reported; null keeps silent.</param>
    /// <exception cref="ArgumentException">The endpoint or the token is none.</exception>
    public HubClient(HubOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        Options = options ?? HubOptions.FromEnvironment();
        ILogger logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Timbre.Hub");
        _http = new HubHttp(Options, logger);
        _listings = new HubListings(_http, logger);
        _download = new SnapshotDownload(_http);
        Cache = new HubCache(Options.CacheFolder);
    }

    /// <summary>Where and how.</summary>
    public HubOptions Options { get; }

    /// <summary>What is downloaded.</summary>
    public HubCache Cache { get; }

    /// <summary>Brings files of a repository into the cache, those that are not there yet.</summary>
    /// <param name="repository">Its name, <c>owner/name</c>.</param>
    /// <param name="revision">A branch, a tag or a commit; null is <c>main</c>.</param>
    /// <param name="patterns">Which files, as Python's <c>fnmatch</c> has them (<c>*</c> crosses slashes); null is all.</param>
    /// <param name="progress">Told of each file's bytes.</param>
    /// <param name="cancellationToken">Ends it; the next call goes on where it ended.</param>
    /// <returns>The folder of the snapshot. Without network, that of the last commit known, when it holds what is asked for.</returns>
    /// <exception cref="HubException">There is no such repository or revision, it may not be read, or the transfer failed.</exception>
    /// <exception cref="ArgumentException">A name or a pattern is none.</exception>
    public async Task<string> GetSnapshotAsync(
        string repository, string? revision = null, IReadOnlyList<string>? patterns = null, IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        HubListing listing = await ListAsync(repository, revision, cancellationToken).ConfigureAwait(false);
        return await FetchAsync(listing, Choose(listing, patterns), force: false, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings one file of a repository into the cache.</summary>
    /// <param name="repository">Its name, <c>owner/name</c>.</param>
    /// <param name="file">The file's path in it, with slashes.</param>
    /// <param name="revision">A branch, a tag or a commit; null is <c>main</c>.</param>
    /// <param name="progress">Told of the file's bytes.</param>
    /// <param name="cancellationToken">Ends it; the next call goes on where it ended.</param>
    /// <returns>Its path in the cache.</returns>
    /// <exception cref="HubException">There is no such file, or as for <see cref="GetSnapshotAsync"/>.</exception>
    public async Task<string> GetFileAsync(
        string repository, string file, string? revision = null, IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (HubPath.Problem(file) is { } problem)
            throw new ArgumentException($"'{file}' is not the path of a file: {problem}.", nameof(file));
        HubListing listing = await ListAsync(repository, revision, cancellationToken).ConfigureAwait(false);
        var folder = new RepositoryFolder(Options.CacheFolder, repository);
        if (!listing.Files.TryGetValue(file, out HubFile? found))
        {
            if (listing.IsWhole)
                folder.WriteMissing(listing.Commit, file);
            bool isKnown = listing.IsWhole || folder.IsMissing(listing.Commit, file);
            throw isKnown
                ? new HubException(HubFailure.EntryNotFound, $"{repository} has no file '{file}' at revision '{listing.Revision}'.")
                : new HubException(listing.Unreachable?.Failure ?? HubFailure.Offline,
                    $"{repository}@{listing.Revision}: '{file}' is not in the cache. {listing.Unreachable?.Message}", listing.Unreachable);
        }
        await FetchAsync(listing, [found], force: false, progress, cancellationToken).ConfigureAwait(false);
        return folder.Pointer(listing.Commit, file);
    }

    /// <summary>
    /// Uploads a folder to the branch <c>main</c> of a repository, which is made where it is not there: as one commit, of the files that
    /// differ from those in it. What is uploaded before a failure is not uploaded again.
    /// </summary>
    /// <param name="repository">Its name, <c>owner/name</c>.</param>
    /// <param name="folder">The folder. Files of version control are left out, links to files are followed.</param>
    /// <param name="message">The message of the commit.</param>
    /// <param name="isPrivate">Whether a new repository is private.</param>
    /// <param name="progress">Told of each file's bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The address of the repository's page.</returns>
    /// <exception cref="HubException">There is no token that may write, or the transfer failed.</exception>
    /// <exception cref="ArgumentException">The name is none; the folder is missing or empty, or has a name that is refused.</exception>
    public Task<string> UploadFolderAsync(
        string repository, string folder, string message, bool isPrivate = false, IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(message);
        var upload = new FolderUpload(_http, HubNames.CheckRepository(repository));
        return upload.RunAsync(folder, message, isPrivate, progress, cancellationToken);
    }

    /// <summary>The files of a revision, from the Hub, else from the cache.</summary>
    internal Task<HubListing> ListAsync(string repository, string? revision, CancellationToken cancellationToken) =>
        _listings.GetAsync(
            HubNames.CheckRepository(repository), HubNames.CheckRevision(revision ?? HubNames.MainBranch), cancellationToken);

    /// <summary>The files of a revision, from the cache alone; null where it has none.</summary>
    internal HubListing? FindCached(string repository, string? revision) =>
        _listings.FindCached(HubNames.CheckRepository(repository), HubNames.CheckRevision(revision ?? HubNames.MainBranch));

    /// <summary>The files of a listing that fit the patterns.</summary>
    /// <exception cref="HubException">There is none.</exception>
    internal static IReadOnlyList<HubFile> Choose(HubListing listing, IReadOnlyList<string>? patterns)
    {
        IReadOnlyList<HubFile> files = listing.Matching(patterns);
        return files.Count > 0 ? files : throw new HubException(HubFailure.EntryNotFound,
            $"{listing.Repository}@{listing.Revision} has no file {(patterns is null ? "at all" : $"that fits {string.Join(" or ", patterns)}")}.");
    }

    /// <summary>Brings files of a listing into the cache, and keeps which commit the revision is once they are there.</summary>
    internal async Task<string> FetchAsync(
        HubListing listing, IReadOnlyList<HubFile> files, bool force, IProgress<HubProgress>? progress, CancellationToken cancellationToken,
        bool isAll = true)
    {
        string snapshot = await _download.RunAsync(listing, files, force, progress, cancellationToken).ConfigureAwait(false);
        if (isAll && listing.IsWhole && listing.Unreachable is null)
            new RepositoryFolder(Options.CacheFolder, listing.Repository).WriteRef(listing.Revision, listing.Commit);
        return snapshot;
    }

    /// <summary>Whether the cache holds all of these files.</summary>
    internal bool Has(HubListing listing, IEnumerable<HubFile> files)
    {
        var folder = new RepositoryFolder(Options.CacheFolder, listing.Repository);
        return files.All(file => folder.Has(listing.Commit, file));
    }

    /// <summary>The folder of a listing's snapshot.</summary>
    internal string FolderOf(HubListing listing) => new RepositoryFolder(Options.CacheFolder, listing.Repository).Snapshot(listing.Commit);
}
