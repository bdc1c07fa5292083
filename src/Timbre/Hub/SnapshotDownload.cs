using System.Globalization;

namespace Timbre.Hub;

/// <summary>Brings files of one commit into its snapshot, several at a time.</summary>
internal sealed class SnapshotDownload(HubHttp http)
{
    // So that programs for backups leave the cache out (bford.info/cachedir); huggingface_hub writes the same.
    private const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds downloads of the Hugging Face Hub.\n";
    private const long DiskReserve = 16 << 20;

    private readonly SnapshotLinks _links = new(http.Options.CacheFolder, http.Options.UseLinks);

    /// <summary>Downloads what the snapshot does not hold yet.</summary>
    /// <param name="listing">The commit.</param>
    /// <param name="files">Files of it.</param>
    /// <param name="force">Whether to download what it holds, too.</param>
    /// <param name="progress">Told of each file's bytes.</param>
    /// <param name="cancellationToken">Ends it; the next call goes on where it ended.</param>
    /// <returns>The folder of the snapshot.</returns>
    /// <exception cref="HubException">A file cannot be had.</exception>
    public async Task<string> RunAsync(
        HubListing listing, IReadOnlyList<HubFile> files, bool force, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = new RepositoryFolder(http.Options.CacheFolder, listing.Repository);
        HubFile[] missing = [.. files.Where(file => (force && file.Etag is not null) || !folder.Has(listing.Commit, file))];
        var transfer = new TransferProgress(listing.Repository, files.Sum(file => file.Size), progress);
        foreach (HubFile file in files.Except(missing))
            transfer.Of(file.Path, file.Size)(file.Size);
        if (missing.Length == 0)
            return folder.Snapshot(listing.Commit);
        CheckReachable(listing, missing);
        CheckDisk(folder, listing, missing);
        WriteCacheTag();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, http.Options.Parallelism),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(missing, parallel, async (file, token) =>
        {
            var download = new BlobDownload(http, folder, listing, file, transfer.Of(file.Path, file.Size));
            await download.RunAsync(_links, force, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return folder.Snapshot(listing.Commit);
    }

    private void CheckReachable(HubListing listing, HubFile[] missing)
    {
        if (listing.Unreachable is null && listing.IsWhole && !http.Options.Offline)
            return;
        string names = string.Join(", ", missing.Take(3).Select(file => file.Path)) + (missing.Length > 3 ? ", ..." : "");
        string reason = listing.Unreachable?.Message ?? "The network may not be touched (HF_HUB_OFFLINE, --offline).";
        throw new HubException(listing.Unreachable?.Failure ?? HubFailure.Offline,
            $"{listing.Repository}@{listing.Revision}: the cached snapshot {listing.Commit} lacks {missing.Length} files ({names}). "
            + reason, listing.Unreachable);
    }

    private void CheckDisk(RepositoryFolder folder, HubListing listing, HubFile[] missing)
    {
        long needed = missing.DistinctBy(file => file.Etag).Sum(file =>
            File.Exists(folder.Blob(file.Etag!)) ? 0
            : Math.Max(0, file.Size - (new FileInfo(folder.Incomplete(file.Etag!)) is { Exists: true } begun ? begun.Length : 0)));
        string cache = http.Options.CacheFolder;
        if (needed > 0 && http.Options.FreeSpace(cache) is { } free && free < needed + DiskReserve)
        {
            string what = string.Create(CultureInfo.InvariantCulture,
                $"{listing.Repository} needs {needed / 1e6:0.0} MB, and the disk of {cache} has {free / 1e6:0.0} MB left.");
            throw new HubException(HubFailure.DiskFull,
                $"{what} Make room ('timbre models' lists, 'timbre rm' deletes), or set HF_HUB_CACHE to another disk.");
        }
    }

    private void WriteCacheTag()
    {
        string path = Path.Combine(http.Options.CacheFolder, "CACHEDIR.TAG");
        try
        {
            Directory.CreateDirectory(http.Options.CacheFolder);
            if (!File.Exists(path))
                File.WriteAllText(path, CacheTag);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process wrote it just now.
        }
    }
}
