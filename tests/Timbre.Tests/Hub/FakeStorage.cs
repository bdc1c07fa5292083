using Microsoft.AspNetCore.Http;

namespace Timbre.Tests.Hub;

/// <summary>The second host, which has the large files under their hashes and knows no accounts.</summary>
internal sealed class FakeStorage(FakeHub hub)
{
    private const string Prefix = "/objects/";

    /// <summary>Where a file is; signed, as the real ones.</summary>
    public static string AddressOf(FakeHub hub, FakeFile file) => $"{hub.StorageEndpoint}{Prefix}{file.Sha256}/{file.Path}?signature=of-the-hub";

    public Task HandleAsync(HttpContext context, FakeFault? fault)
    {
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
}
