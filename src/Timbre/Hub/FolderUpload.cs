using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Timbre.Hub;

/// <summary>
/// Uploads a folder as one commit, as <c>huggingface_hub</c> does (<c>_commit_api.py</c>): makes the repository, asks which files are
/// large, uploads those that the Hub has not, and commits. What was uploaded before a failure is not uploaded again.
/// </summary>
internal sealed class FolderUpload(HubHttp http, string repository)
{
    private const int FilesPerRequest = 256, SampleLength = 512;

    private readonly HubSubject _subject = new(repository, HubNames.MainBranch);

    /// <summary>Uploads it.</summary>
    /// <returns>The repository's page.</returns>
    public async Task<string> RunAsync(
        string folder, string message, bool isPrivate, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<UploadFile> files = UploadFolder.List(folder);
        if (http.Options.Token is null)
        {
            throw new HubException(HubFailure.Unauthorized,
                $"{repository}: uploading needs a token that may write. Make one at {http.Options.Endpoint}/settings/tokens "
                + "and set HF_TOKEN to it.");
        }
        try
        {
            await CreateAsync(isPrivate, cancellationToken).ConfigureAwait(false);
            await SendAsync(files, message, progress, cancellationToken).ConfigureAwait(false);
            return $"{http.Options.Endpoint}/{repository}";
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new HubException(
                HubFailure.Protocol, $"{_subject}: {http.Options.Endpoint} answers what makes no sense: {error.Message}.", error);
        }
    }

    private async Task SendAsync(
        IReadOnlyList<UploadFile> files, string message, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var transfer = new TransferProgress(repository, files.Sum(file => file.Size), progress);
        Dictionary<string, Action<long>> reports = files.ToDictionary(file => file.Path, file => transfer.Of(file.Path, file.Size));
        List<UploadFile> changed = [];
        foreach (UploadFile[] chunk in files.Chunk(FilesPerRequest))
            changed.AddRange(await FindChangedAsync(chunk, cancellationToken).ConfigureAwait(false));
        foreach (UploadFile file in files.ExceptBy(changed.Where(file => file.IsLfs).Select(file => file.Path), file => file.Path))
            reports[file.Path](file.Size);
        var lfs = new LfsUpload(http, _subject, reports);
        foreach (UploadFile[] chunk in changed.Where(file => file.IsLfs).Chunk(FilesPerRequest))
            await lfs.RunAsync(chunk, cancellationToken).ConfigureAwait(false);
        if (changed.Count > 0)
            await CommitAsync(message, changed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the repository; one that is there is as good, also for a token that may write to it and make no others.</summary>
    private async Task CreateAsync(bool isPrivate, CancellationToken cancellationToken)
    {
        string[] parts = repository.Split('/');
        var body = new JsonObject { ["type"] = "model", ["name"] = parts[1], ["organization"] = parts[0], ["private"] = isPrivate };
        HubException? refusal = await http.Retry.ExecuteAsync(async token =>
        {
            using HttpRequestMessage request = HubHttp.JsonRequest(http.Address("api/repos/create"), body);
            using HttpResponseMessage response = await http.SendAsync(request, _subject, token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Conflict)
                return null;
            Exception error = HubErrors.From(response, _subject, http.Options, isOwnHost: true);
            return error as HubException ?? throw error;
        }, http.Options.Retries, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
            return;
        try
        {
            Uri address = http.Address($"api/models/{repository}");
            int retries = http.Options.Retries;
            (JsonDocument json, _) = await http.GetJsonAsync(address, _subject, retries, cancellationToken).ConfigureAwait(false);
            json.Dispose();
        }
        catch (HubException)
        {
            throw refusal;
        }
    }

    /// <summary>Asks of each file whether it is large and what the Hub has under its name, and keeps those that differ.</summary>
    private async Task<List<UploadFile>> FindChangedAsync(UploadFile[] files, CancellationToken cancellationToken)
    {
        var list = new JsonArray();
        foreach (UploadFile file in files)
        {
            string sample = await SampleAsync(file, cancellationToken).ConfigureAwait(false);
            list.Add((JsonNode)new JsonObject { ["path"] = file.Path, ["sample"] = sample, ["size"] = file.Size });
        }
        Uri address = http.Address($"api/models/{repository}/preupload/{HubNames.MainBranch}");
        var question = new JsonObject { ["files"] = list };
        using JsonDocument answer = await http.PostJsonAsync(address, question, _subject, cancellationToken).ConfigureAwait(false);
        Dictionary<string, UploadFile> asked = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var changed = new List<UploadFile>();
        foreach (JsonElement entry in TreeJson.List(answer.RootElement, "files"))
        {
            if (!asked.Remove(TreeJson.Text(entry, "path"), out UploadFile? file))
                throw new FormatException("it speaks of a file that is not uploaded");
            if (entry.TryGetProperty("shouldIgnore", out JsonElement ignore) && ignore.ValueKind == JsonValueKind.True)
                continue;
            // The storage of large files takes no empty one.
            bool isLfs = TreeJson.Text(entry, "uploadMode") == "lfs" && file.Size > 0;
            string hash = await HashAsync(file, isLfs, cancellationToken).ConfigureAwait(false);
            if (TreeJson.TextOrNull(entry, "oid") != hash)
                changed.Add(file with { IsLfs = isLfs, Hash = hash });
        }
        return asked.Count == 0 ? changed : throw new FormatException($"it says nothing of {asked.Keys.First()}");
    }

    private async Task CommitAsync(string message, List<UploadFile> files, CancellationToken cancellationToken)
    {
        Uri address = http.Address($"api/models/{repository}/commit/{HubNames.MainBranch}");
        await http.Retry.ExecuteAsync(async token =>
        {
            using var content = new CommitContent(message, files);
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            try
            {
                using HttpResponseMessage response = await http.SendAsync(request, _subject, token).ConfigureAwait(false);
                return response.IsSuccessStatusCode ? true : throw HubErrors.From(response, _subject, http.Options, isOwnHost: true);
            }
            catch (TransientException error) when (error.Failure.Failure == HubFailure.Network)
            {
                // It may have been made, and would be made twice; another run finds out by the files.
                throw new HubException(
                    HubFailure.Network, $"{error.Failure.Message} Upload again: what is there is not sent twice.", error.Failure);
            }
        }, http.Options.Retries, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> SampleAsync(UploadFile file, CancellationToken cancellationToken)
    {
        FileStream stream = file.Open();
        await using (stream.ConfigureAwait(false))
        {
            byte[] sample = new byte[Math.Min(SampleLength, file.Size)];
            await stream.ReadExactlyAsync(sample, cancellationToken).ConfigureAwait(false);
            return Convert.ToBase64String(sample);
        }
    }

    private static async Task<string> HashAsync(UploadFile file, bool isLfs, CancellationToken cancellationToken)
    {
        FileStream stream = file.Open();
        await using (stream.ConfigureAwait(false))
        {
            using BlobHash hash = BlobHash.Create(isLfs, file.Size);
            await hash.AddAsync(stream, file.Size, cancellationToken).ConfigureAwait(false);
            return hash.Finish();
        }
    }
}
