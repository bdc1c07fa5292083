using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Timbre.Hub;

/// <summary>
/// Brings one file into a snapshot: waits for others that download the same, takes up what an earlier try left in
/// <c>blobs/{etag}.incomplete</c>, and checks length and hash before the content gets its name.
/// </summary>
/// <param name="http">The way to the Hub.</param>
/// <param name="folder">The repository in the cache.</param>
/// <param name="listing">The commit.</param>
/// <param name="file">The file.</param>
/// <param name="report">Told the bytes of the file that are there.</param>
internal sealed class BlobDownload(HubHttp http, RepositoryFolder folder, HubListing listing, HubFile file, Action<long> report)
{
    private const int BufferLength = 1 << 18;

    private readonly HubSubject _subject = new(listing.Repository, listing.Revision, file.Path);
    private readonly string _etag = file.Etag!;
    private bool _wasCorrupt;

    /// <summary>Downloads and places the file.</summary>
    /// <param name="links">How it is placed.</param>
    /// <param name="force">Whether it is downloaded even where it is there.</param>
    /// <param name="cancellationToken">Ends it; what has come stays for the next time.</param>
    public async Task RunAsync(SnapshotLinks links, bool force, CancellationToken cancellationToken)
    {
        using FileLock held = await FileLock.AcquireAsync(folder.Lock(_etag), cancellationToken).ConfigureAwait(false);
        string blob = folder.Blob(_etag);
        if (force || !folder.Has(listing.Commit, file))
        {
            bool isNew = force || !(new FileInfo(blob) is { Exists: true } known && known.Length == file.Size);
            if (isNew)
            {
                Directory.CreateDirectory(folder.Blobs);
                await http.Retry.ExecuteAsync(ReceiveWholeAsync, http.Options.Retries, cancellationToken).ConfigureAwait(false);
                File.Move(folder.Incomplete(_etag), blob, overwrite: true);
            }
            bool isShared = listing.Files.Values.Count(other => other.Etag == _etag) > 1;
            links.Place(blob, folder.Pointer(listing.Commit, file.Path), folder.NewTemporary(), isNew && !isShared);
        }
        report(file.Size);
    }

    private async Task<bool> ReceiveWholeAsync(CancellationToken cancellationToken)
    {
        try
        {
            using BlobHash hash = BlobHash.Create(file.Sha256 is not null, file.Size);
            var stream = new FileStream(
                folder.Incomplete(_etag), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length > file.Size)
                    stream.SetLength(0);
                report(stream.Length);
                await hash.AddAsync(stream, stream.Length, cancellationToken).ConfigureAwait(false);
                if (stream.Length < file.Size && !await ReceiveRestAsync(stream, hash, cancellationToken).ConfigureAwait(false))
                    throw Corrupt(stream, "the server gives another part than the one asked for");
                string found = hash.Finish();
                return found == _etag ? true : throw Corrupt(stream, $"its hash is {found}, not {_etag}");
            }
        }
        catch (IOException error) when (DiskSpace.IsFull(error))
        {
            throw new HubException(
                HubFailure.DiskFull, $"{_subject}: the disk of {folder.Path} is full. Make room, or set HF_HUB_CACHE.", error);
        }
    }

    /// <summary>Receives what is missing; false where the server's part does not fit to what is there.</summary>
    private async Task<bool> ReceiveRestAsync(FileStream stream, BlobHash hash, CancellationToken cancellationToken)
    {
        string path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        Uri address = http.Address($"{listing.Repository}/resolve/{listing.Commit}/{path}");
        using HubAnswer answer = await http.GetAsync(address, _subject, stream.Length, cancellationToken).ConfigureAwait(false);
        CheckUnchanged(answer);
        HttpContentHeaders headers = answer.Message.Content.Headers;
        if (answer.Message.StatusCode == HttpStatusCode.PartialContent)
        {
            if (headers.ContentRange is not { } range || range.From != stream.Length || (range.Length ?? file.Size) != file.Size)
                return false;
        }
        else if (answer.Message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return false;
        }
        else if (stream.Length > 0)
        {
            // The server knows no ranges, and begins anew.
            stream.SetLength(0);
            hash.Restart();
        }
        if (headers.ContentEncoding.Count > 0)
            throw Corrupt(stream, $"the server sends it encoded as {string.Join(", ", headers.ContentEncoding)}");
        long missing = file.Size - stream.Length;
        if (headers.ContentLength is { } length && length != missing)
            throw Corrupt(stream, string.Create(CultureInfo.InvariantCulture, $"the server sends {length} bytes, not {missing}"));
        await CopyAsync(answer.Message, stream, hash, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream stream, BlobHash hash, CancellationToken cancellationToken)
    {
        long begin = stream.Length;
        string host = response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority);
        // A hundredth of the file is enough to go on hoping.
        TransientException Fail(Exception? error, string? reason) => new(
            HubErrors.Unreachable(host, _subject, error, reason).Failure, gotOn: stream.Position - begin > file.Size / 100);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        BodyReader body = await BodyReader.OpenAsync(response, http.Options.StallTimeout, Fail, cancellationToken).ConfigureAwait(false);
        try
        {
            await using (body.ConfigureAwait(false))
            {
                while (await body.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
                {
                    if (stream.Position + count > file.Size)
                        throw Corrupt(stream, "the server sends more than the file has");
                    // Once read it is kept, so that a cancelled download goes on from here.
                    await stream.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                    hash.Add(buffer.AsSpan(0, count));
                    report(stream.Position);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (stream.Position < file.Size)
            throw Fail(null, "the connection ended early");
    }

    /// <summary>The Hub says which content and which commit it sends: those that the list of files names, or all are mixed.</summary>
    private void CheckUnchanged(HubAnswer answer)
    {
        string? change = null;
        // A mirror's ETag may be its own; the Hub's are hashes.
        if (answer.Etag is { Length: 40 or 64 } etag && etag.All(char.IsAsciiHexDigitLower) && etag != _etag)
            change = $"its content is {etag}, not {_etag}";
        else if (answer.Commit is { } commit && commit != listing.Commit)
            change = $"it is of commit {commit}, not {listing.Commit}";
        if (change is not null)
            throw new HubException(HubFailure.Changed, $"{_subject} changed while it was downloaded: {change}. Try again.");
    }

    /// <summary>Forgets what has come. Once that may be what an earlier run left; twice it is the server's.</summary>
    private Exception Corrupt(FileStream stream, string reason)
    {
        stream.SetLength(0);
        report(0);
        var failure = new HubException(HubFailure.Corrupt,
            $"{_subject}: what {http.Options.Endpoint} sends is not the file that it lists: {reason}. Try again; "
            + "if it stays so, tell the repository's owner.");
        bool again = !_wasCorrupt;
        _wasCorrupt = true;
        return again ? new TransientException(failure) : failure;
    }
}
