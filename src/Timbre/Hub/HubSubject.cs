namespace Timbre.Hub;

/// <summary>What a request is about, for messages.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Revision">The revision, where one is asked for.</param>
/// <param name="File">The file, where one is asked for.</param>
internal sealed record HubSubject(string Repository, string? Revision = null, string? File = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Repository}{(Revision is null ? "" : "@" + Revision)}{(File is null ? "" : ": " + File)}";
}
