using Timbre.Hub;
using Timbre.Loading;

namespace Timbre.Conversion;

/// <summary>The two ends of a conversion that may lie on the Hub: the source, and the result.</summary>
public static class ConversionHub
{
    /// <summary>A card that is longer is not read for its metadata.</summary>
    private const long MaxCardLength = 1 << 20;

    private const string CardName = "README.md";

    /// <summary>What a converted folder takes along and loading does not need: prompts, parts in folders of their own, the card.</summary>
    private static readonly string[] Others = ["*.wav", "*/*.safetensors", CardName];

    /// <summary>Finds a model to convert, and brings it from the Hub where it is not here.</summary>
    /// <param name="source">A folder, the name of a model in the catalog, or a repository.</param>
    /// <param name="options">The catalog, the Hub, the revision, and whom to tell of downloads.</param>
    /// <param name="cancellationToken">Ends a download; the next one goes on where it ended.</param>
    /// <returns>Its folder or file, and the repository where it is one.</returns>
    /// <exception cref="ModelNotSupportedException">There is no such folder or model.</exception>
    /// <exception cref="HubException">The Hub does not give it.</exception>
    public static async Task<(string Path, string? Repository)> LocateAsync(string source, LoadOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ModelLocation location = await new ModelSource(options).ResolveAsync(source, cancellationToken).ConfigureAwait(false);
        // Of the very commit that was found, whose name its folder has.
        if (location.Repository is { } repository && !options.Hub.Offline)
        {
            var client = new HubClient(options.Hub, options.LoggerFactory);
            string commit = Path.GetFileName(location.Path);
            HubListing listing = await client.ListAsync(repository, commit, cancellationToken).ConfigureAwait(false);
            await client.FetchAsync(listing, listing.Matching(Others), force: false, options.DownloadProgress, cancellationToken,
                isAll: false).ConfigureAwait(false);
        }
        return (location.Path, location.Repository);
    }

    /// <summary>Writes the card of a converted model into its folder, and uploads the folder.</summary>
    /// <param name="summary">The conversion.</param>
    /// <param name="repository">Where to, <c>owner/name</c>; it is made where it is not there.</param>
    /// <param name="source">The folder that was converted, whose card's metadata stays, and its repository where it has one.</param>
    /// <param name="options">The Hub and its token.</param>
    /// <param name="progress">Told of each file's bytes.</param>
    /// <param name="cancellationToken">Ends it; what is uploaded is not uploaded again.</param>
    /// <returns>The address of the repository's page.</returns>
    /// <exception cref="HubException">There is no token that may write, or the transfer failed.</exception>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static async Task<string> UploadAsync(
        ConversionSummary summary, string repository, (string Path, string? Repository) source, HubOptions options,
        IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(options);
        CheckUpload(repository, options);
        string sourceCard = Path.Combine(source.Path, CardName);
        string? former = File.Exists(sourceCard) && BoundedFile.LengthOf(sourceCard) <= MaxCardLength
            ? await File.ReadAllTextAsync(sourceCard, cancellationToken).ConfigureAwait(false)
            : null;
        string card = ModelCard.Write(repository, source.Repository, former, summary);
        await File.WriteAllTextAsync(Path.Combine(summary.Output, CardName), card, cancellationToken).ConfigureAwait(false);
        return await new HubClient(options).UploadFolderAsync(
            repository, summary.Output, "Upload a model converted by Timbre", isPrivate: false, progress, cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>What can be checked of an upload before the work begins.</summary>
    /// <exception cref="ArgumentException">The name is none, or the network is not to be touched.</exception>
    public static void CheckUpload(string repository, HubOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        HubNames.CheckRepository(repository);
        if (options.Offline)
            throw new ArgumentException($"'{repository}' cannot be uploaded offline. Leave --offline and HF_HUB_OFFLINE out.");
    }
}
