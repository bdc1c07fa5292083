using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Timbre.Tests.Hub;

/// <summary>The endpoints of the Hub that take repositories, large files and commits; only for the account of <see cref="FakeHub.GoodToken"/>.</summary>
internal sealed partial class FakeUploads(FakeHub hub)
{
    // What the Hub takes into a commit itself.
    private const long LargestRegular = 1000;

    public async Task HandleAsync(HttpContext context)
    {
        Match match = Route().Match(context.Request.Path.Value!);
        if (!match.Success || context.Request.Method != HttpMethods.Post)
        {
            await FakeHubApi.RefuseAsync(context, StatusCodes.Status404NotFound, "", "Not Found");
            return;
        }
        if (FakeHubApi.TokenOf(context) != FakeHub.GoodToken)
        {
            await FakeHubApi.RefuseAsync(context, StatusCodes.Status403Forbidden, "", "You don't have the rights to write here");
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        JsonNode? answer = match.Groups["create"].Success ? Create(JsonNode.Parse(body)!)
            : match.Groups["preupload"].Success ? Preupload(RepositoryOf(match), JsonNode.Parse(body)!)
            : match.Groups["batch"].Success ? Batch(JsonNode.Parse(body)!)
            : match.Groups["complete"].Success ? Complete(JsonNode.Parse(body)!)
            : match.Groups["verify"].Success ? Verify(JsonNode.Parse(body)!)
            : Commit(RepositoryOf(match), body);
        if (answer is null)
            context.Response.StatusCode = match.Groups["create"].Success ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest;
        else
            await FakeHubApi.SendJsonAsync(context, answer);
    }

    private FakeRepository RepositoryOf(Match match) => hub.Repositories[match.Groups["repository"].Value];

    private JsonObject? Create(JsonNode body)
    {
        string name = $"{body["organization"]}/{body["name"]}";
        if (hub.Repositories.ContainsKey(name))
            return null;
        FakeRepository repository = hub.Add(name, new FakeFile(".gitattributes", "*.safetensors filter=lfs"u8.ToArray(), IsLfs: false));
        repository.IsPrivate = body["private"]!.GetValue<bool>();
        return new JsonObject { ["url"] = $"{hub.Endpoint}/{name}" };
    }

    private static JsonObject Preupload(FakeRepository repository, JsonNode body) => new()
    {
        ["files"] = new JsonArray([.. body["files"]!.AsArray().Select(file => new JsonObject
        {
            ["path"] = (string?)file!["path"],
            ["uploadMode"] = ((string)file["path"]!).EndsWith(".safetensors", StringComparison.Ordinal) || (long)file["size"]! > LargestRegular ? "lfs" : "regular",
            ["shouldIgnore"] = (string?)file["path"] == "ignored.txt",
            ["oid"] = repository.Files(repository.Head).GetValueOrDefault((string)file["path"]!)?.Etag,
        })]),
    };

    private JsonObject Batch(JsonNode body) => new()
    {
        ["transfer"] = hub.PartLength is null ? "basic" : "multipart",
        ["objects"] = new JsonArray([.. body["objects"]!.AsArray().Select(entry => Describe((string)entry!["oid"]!, (long)entry["size"]!))]),
    };

    private JsonObject Describe(string hash, long size)
    {
        var entry = new JsonObject { ["oid"] = hash, ["size"] = size };
        if (hub.Uploaded.ContainsKey(hash))
            return entry;
        var upload = new JsonObject { ["href"] = FakeStorage.UploadAddressOf(hub, hash, null) };
        if (hub.PartLength is { } length)
        {
            var header = new JsonObject { ["chunk_size"] = $"{length}" };
            for (int part = 1; part <= (size + length - 1) / length; part++)
                header[$"{part:00000}"] = FakeStorage.UploadAddressOf(hub, hash, part);
            upload = new JsonObject { ["href"] = $"{hub.Endpoint}/complete", ["header"] = header };
        }
        entry["actions"] = new JsonObject { ["upload"] = upload, ["verify"] = new JsonObject { ["href"] = $"{hub.Endpoint}/verify" } };
        return entry;
    }

    private JsonObject? Complete(JsonNode body)
    {
        string hash = (string)body["oid"]!;
        var whole = new List<byte>();
        foreach (JsonNode? part in body["parts"]!.AsArray())
        {
            if (!hub.Uploaded.TryGetValue($"{hash}/{part!["partNumber"]}", out byte[]? content)
                || (string?)part["etag"] != $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"")
            {
                return null;
            }
            whole.AddRange(content);
        }
        hub.Uploaded[hash] = [.. whole];
        return [];
    }

    private JsonObject? Verify(JsonNode body)
    {
        string hash = (string)body["oid"]!;
        bool isRight = hub.Uploaded.TryGetValue(hash, out byte[]? content) && content.Length == (long)body["size"]!
            && Convert.ToHexStringLower(SHA256.HashData(content)) == hash;
        if (!isRight)
            hub.Uploaded.TryRemove(hash, out _);
        return isRight ? [] : null;
    }

    private JsonObject? Commit(FakeRepository repository, string body)
    {
        Dictionary<string, FakeFile> files = new(repository.Files(repository.Head));
        foreach (string line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonNode entry = JsonNode.Parse(line)!;
            JsonNode value = entry["value"]!;
            if ((string?)entry["key"] == "header")
            {
                repository.LastMessage = (string?)value["summary"];
                continue;
            }
            string path = (string)value["path"]!;
            bool isLfs = (string?)entry["key"] == "lfsFile";
            byte[]? content = isLfs ? hub.Uploaded.GetValueOrDefault((string)value["oid"]!) : Convert.FromBase64String((string)value["content"]!);
            if (content is null)
                return null;
            files[path] = new FakeFile(path, content, isLfs);
        }
        string commit = repository.Commit([.. files.Values]);
        return new JsonObject { ["commitOid"] = commit, ["commitUrl"] = $"{hub.Endpoint}/{repository.Name}/commit/{commit}" };
    }

    [GeneratedRegex(@"^(?:/api/repos/(?<create>create)|/(?<complete>complete)|/(?<verify>verify)|/.+\.git/info/lfs/objects/(?<batch>batch)|/api/models/(?<repository>[^/]+/[^/]+)/(?:(?<preupload>preupload)|commit)/main)$")]
    private static partial Regex Route();
}
