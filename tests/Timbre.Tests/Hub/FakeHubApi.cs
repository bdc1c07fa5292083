using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Timbre.Tests.Hub;

/// <summary>The endpoints of the Hub that describe repositories, list their files and lead to their contents.</summary>
internal sealed partial class FakeHubApi(FakeHub hub)
{
    public Task HandleAsync(HttpContext context, FakeFault? fault)
    {
        string path = context.Request.Path.Value!;
        if (InfoPath().Match(path) is { Success: true } info)
            return AnswerAsync(context, info, (repository, commit, _) => SendInfoAsync(context, repository, commit));
        if (TreePath().Match(path) is { Success: true } tree)
            return AnswerAsync(context, tree, (repository, commit, _) => SendTreeAsync(context, repository, commit));
        if (FilePath().Match(path) is { Success: true } file)
            return AnswerAsync(context, file, (repository, commit, name) => SendFileAsync(context, repository, commit, name, fault));
        return new FakeUploads(hub).HandleAsync(context);
    }

    private Task AnswerAsync(HttpContext context, Match match, Func<FakeRepository, string, string, Task> answer)
    {
        string? token = TokenOf(context);
        if (token is not null and not FakeHub.GoodToken and not FakeHub.StrangerToken)
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "", "Invalid credentials in Authorization header");
        bool isKnown = token == FakeHub.GoodToken;
        if (!hub.Repositories.TryGetValue(match.Groups["repository"].Value, out FakeRepository? repository) || (repository.IsPrivate && !isKnown))
            return RefuseAsync(context, token is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status404NotFound, "RepoNotFound", "Repository not found");
        bool isFile = match.Groups["file"].Success;
        if (repository.IsGated && !isKnown && isFile)
        {
            return RefuseAsync(context, token is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden, "GatedRepo",
                $"Access to model {repository.Name} is restricted.");
        }
        string revision = match.Groups["revision"].Success ? Uri.UnescapeDataString(match.Groups["revision"].Value) : "main";
        return repository.Resolve(revision) is { } commit
            ? answer(repository, commit, match.Groups["file"].Value)
            : RefuseAsync(context, StatusCodes.Status404NotFound, "RevisionNotFound", "Invalid rev id");
    }

    /// <summary>The token that came along, or null.</summary>
    public static string? TokenOf(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is { Length: > 7 } header ? header["Bearer ".Length..] : null;

    private static Task SendInfoAsync(HttpContext context, FakeRepository repository, string commit) => SendJsonAsync(context, new JsonObject
    {
        ["id"] = repository.Name,
        ["sha"] = commit,
        ["private"] = repository.IsPrivate,
        ["siblings"] = new JsonArray([.. repository.Files(commit).Keys.Select(path => new JsonObject { ["rfilename"] = path })]),
    });

    private Task SendTreeAsync(HttpContext context, FakeRepository repository, string commit)
    {
        string cursor = context.Request.Query["cursor"].ToString();
        int from = cursor.Length > 0 ? int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture) : 0;
        FakeFile[] files = [.. repository.Files(commit).Values];
        if (from + hub.PageSize < files.Length)
            context.Response.Headers.Link = $"<{hub.NextPageHost ?? hub.Endpoint}{context.Request.Path}?recursive=true&cursor={from + hub.PageSize}>; rel=\"next\"";
        var list = new JsonArray([.. files.Skip(from).Take(hub.PageSize).Select(Describe)]);
        list.Insert(0, new JsonObject { ["type"] = "directory", ["oid"] = new string('a', 40), ["size"] = 0, ["path"] = "a-folder" });
        return SendJsonAsync(context, list);
    }

    private static JsonObject Describe(FakeFile file)
    {
        var entry = new JsonObject { ["type"] = "file", ["path"] = file.Path, ["oid"] = file.BlobId, ["size"] = file.Content.Length };
        if (file.IsLfs)
            entry["lfs"] = new JsonObject { ["oid"] = file.Sha256, ["size"] = file.Content.Length, ["pointerSize"] = 134 };
        return entry;
    }

    private async Task SendFileAsync(HttpContext context, FakeRepository repository, string commit, string path, FakeFault? fault)
    {
        HttpResponse response = context.Response;
        response.Headers["X-Repo-Commit"] = fault?.Kind == FaultKind.OtherCommit ? new string('f', 40) : commit;
        if (!repository.Files(commit).TryGetValue(path, out FakeFile? file))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "EntryNotFound", "Entry not found");
            return;
        }
        string etag = $"\"{(fault?.Kind == FaultKind.OtherEtag ? new string('e', file.Etag.Length) : file.Etag)}\"";
        if (file.IsLfs)
        {
            response.Headers["X-Linked-Etag"] = etag;
            response.Headers["X-Linked-Size"] = file.Content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
            response.Redirect(FakeStorage.AddressOf(hub, file));
            return;
        }
        response.Headers.ETag = etag;
        await hub.SendFileAsync(context, file.Content, fault);
    }

    public static Task SendJsonAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString(new JsonSerializerOptions()));
    }

    public static Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        if (code.Length > 0)
            context.Response.Headers["X-Error-Code"] = code;
        context.Response.Headers["X-Error-Message"] = message;
        return Task.CompletedTask;
    }

    [GeneratedRegex(@"^/api/models/(?<repository>[^/]+/[^/]+)(?:/revision/(?<revision>.+))?$")]
    private static partial Regex InfoPath();

    [GeneratedRegex(@"^/api/models/(?<repository>[^/]+/[^/]+)/tree/(?<revision>[^/]+)$")]
    private static partial Regex TreePath();

    [GeneratedRegex(@"^/(?<repository>[^/]+/[^/]+)/resolve/(?<revision>[^/]+)/(?<file>.+)$")]
    private static partial Regex FilePath();
}
