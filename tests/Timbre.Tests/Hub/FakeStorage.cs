using Microsoft.AspNetCore.Http;

namespace Timbre.Tests.Hub;

/// <summary>The second host, which has the large files under their hashes and knows no accounts.</summary>
internal sealed class FakeStorage(FakeHub hub)
{
    private const string Prefix = "/objects/";

    /// <summary>Where a file is; signed, as the real ones.</summary>
    public static string AddressOf(FakeHub hub, FakeFile file) => $"{hub.StorageEndpoint}{Prefix}{file.Sha256}/{file.Path}?signature=of-the-hub";

    /// <summary>Where an object, or a part of it, is uploaded to.</summary>
    public static string UploadAddressOf(FakeHub hub, string hash, int? part) =>
        $"{hub.StorageEndpoint}{Prefix}{hash}{(part is null ? "" : $"/{part}")}?signature=of-the-hub";

    public Task HandleAsync(HttpContext context, FakeFault? fault)
    {
        if (context.Request.Method == HttpMethods.Put)
            return TakeAsync(context, fault);
        string hash = context.Request.Path.Value![Prefix.Length..].Split('/')[0];
        FakeFile? file = hub.Repositories.Values.SelectMany(repository => repository.AllFiles).FirstOrDefault(file => file.Sha256 == hash);
        // Storage takes a token that is not its own for an error, as S3 does.
        if (file is null || context.Request.Headers.Authorization.Count > 0 || context.Request.Query["signature"] != "of-the-hub")
        {
            context.Response.StatusCode = file is null ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }
        return hub.SendFileAsync(context, file.Content, fault);
    }

    private async Task TakeAsync(HttpContext context, FakeFault? fault)
    {
        if (context.Request.Headers.Authorization.Count > 0 || context.Request.Query["signature"] != "of-the-hub")
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        if (fault?.Kind == FaultKind.Drop)
        {
            await context.Request.Body.ReadAtLeastAsync(new byte[fault.Value], (int)fault.Value, throwOnEndOfStream: false);
            context.Abort();
            return;
        }
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        hub.Uploaded[context.Request.Path.Value![Prefix.Length..]] = content.ToArray();
        context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(content.ToArray()))}\"";
    }
}
