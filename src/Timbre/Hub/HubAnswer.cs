namespace Timbre.Hub;

/// <summary>An answer, and what the Hub itself said of the file before it redirected to the host that has it.</summary>
/// <param name="Message">The last answer.</param>
/// <param name="Etag">The name of the file's content, without quotes; null where none was sent.</param>
/// <param name="Commit">The commit that it is from; null where none was sent.</param>
internal sealed record HubAnswer(HttpResponseMessage Message, string? Etag, string? Commit) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Message.Dispose();
}
