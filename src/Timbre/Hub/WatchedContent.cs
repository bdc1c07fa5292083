using System.Net;
using System.Net.Http.Headers;

namespace Timbre.Hub;

/// <summary>A body that says how far it has been sent: so a connection that takes nothing more is told from a slow one.</summary>
internal abstract class WatchedContent(string mediaType) : HttpContent
{
    /// <summary>Told after each part that the connection took.</summary>
    public Action? Moved { get; set; }

    /// <summary>Its type.</summary>
    protected void SetType() => Headers.ContentType = new MediaTypeHeaderValue(mediaType);

    /// <summary>Writes the body.</summary>
    protected abstract Task WriteAsync(Stream stream, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        WriteAsync(stream, CancellationToken.None);

    /// <inheritdoc/>
    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        WriteAsync(stream, cancellationToken);
}
