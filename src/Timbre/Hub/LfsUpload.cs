using System.Text.Json;
using System.Text.Json.Nodes;

namespace Timbre.Hub;

/// <summary>
/// Uploads large files by the protocol of Git LFS (its batch API), with the Hub's own transfer in parts. Files that the Hub's storage has
/// already are not sent.
/// </summary>
internal sealed class LfsUpload(HubHttp http, HubSubject subject, IReadOnlyDictionary<string, Action<long>> reports)
{
    private const int FilesAtATime = 4;
    private const string MediaType = "application/vnd.git-lfs+json";

    private readonly bool _needsTls = http.Options.Endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Uploads files.</summary>
    public async Task RunAsync(UploadFile[] files, CancellationToken cancellationToken)
    {
        UploadFile[] objects = [.. files.DistinctBy(file => file.Hash)];
        Dictionary<string, LfsAction?> actions = await AskAsync(objects, cancellationToken).ConfigureAwait(false);
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Clamp(http.Options.Parallelism, 1, FilesAtATime),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(objects, parallel, async (file, token) =>
            await UploadAsync(file, actions[file.Hash], token).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (UploadFile file in files)
            reports[file.Path](file.Size);
    }

    private async Task UploadAsync(UploadFile file, LfsAction? action, CancellationToken cancellationToken)
    {
        bool isFirst = true;
        await http.Retry.ExecuteAsync(async token =>
        {
            // Addresses are signed, and run out: another try asks for new ones.
            if (!isFirst)
                action = (await AskAsync([file], token).ConfigureAwait(false))[file.Hash];
            isFirst = false;
            if (action is null)
                return true;
            if (new FileInfo(file.LocalPath) is not { Exists: true } now || now.Length != file.Size)
                throw new HubException(HubFailure.Changed, $"{file.LocalPath} changed while it was uploaded. Upload again.");
            if (action.PartLength is { } length)
                await SendPartsAsync(file, action, length, token).ConfigureAwait(false);
            else
                await PutAsync(action.Address, ContentOf(file, 0, file.Size), token).ConfigureAwait(false);
            if (action.Verify is { } verify)
                await PostAsync(verify, new JsonObject { ["oid"] = file.Hash, ["size"] = file.Size }, token).ConfigureAwait(false);
            return true;
        }, http.Options.Retries, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks what is to be sent, and where; null for what the Hub has.</summary>
    private async Task<Dictionary<string, LfsAction?>> AskAsync(UploadFile[] files, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["operation"] = "upload",
            ["transfers"] = new JsonArray("basic", "multipart"),
            ["objects"] = new JsonArray([.. files.Select(file => new JsonObject { ["oid"] = file.Hash, ["size"] = file.Size })]),
            ["hash_algo"] = "sha256",
            ["ref"] = new JsonObject { ["name"] = subject.Revision },
        };
        Uri address = http.Address($"{subject.Repository}.git/info/lfs/objects/batch");
        using JsonDocument answer = await http.PostJsonAsync(address, body, subject, cancellationToken, MediaType).ConfigureAwait(false);
        Dictionary<string, UploadFile> asked = files.ToDictionary(file => file.Hash);
        var actions = new Dictionary<string, LfsAction?>();
        foreach (JsonElement entry in TreeJson.List(answer.RootElement, "objects"))
        {
            string hash = TreeJson.Text(entry, "oid");
            if (asked.TryGetValue(hash, out UploadFile? file))
                actions[hash] = LfsAction.Read(entry, file.Size, _needsTls);
        }
        return actions.Count == asked.Count ? actions : throw new FormatException("it says nothing of some of the files");
    }

    private async Task SendPartsAsync(UploadFile file, LfsAction action, long length, CancellationToken cancellationToken)
    {
        var parts = new JsonArray();
        for (int index = 0; index < action.Parts.Count; index++)
        {
            long from = index * length;
            FileContent content = ContentOf(file, from, Math.Min(length, file.Size - from));
            string etag = await PutAsync(action.Parts[index], content, cancellationToken).ConfigureAwait(false)
                ?? throw new FormatException("the storage names no ETag for a part");
            parts.Add((JsonNode)new JsonObject { ["partNumber"] = index + 1, ["etag"] = etag });
        }
        await PostAsync(action.Address, new JsonObject { ["oid"] = file.Hash, ["parts"] = parts }, cancellationToken).ConfigureAwait(false);
    }

    private FileContent ContentOf(UploadFile file, long from, long length) => new(file, from, length, reports[file.Path]);

    private async Task<string?> PutAsync(Uri address, FileContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = content };
        using HttpResponseMessage response = await http.SendAsync(request, subject, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw HubErrors.From(response, subject, http.Options, http.IsOwn(address));
        return response.Headers.TryGetValues("ETag", out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
    }

    private async Task PostAsync(Uri address, JsonObject body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = HubHttp.JsonRequest(address, body, MediaType);
        using HttpResponseMessage response = await http.SendAsync(request, subject, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw HubErrors.From(response, subject, http.Options, http.IsOwn(address));
    }
}
