using System.Text.Encodings.Web;
using System.Text.Json;

namespace Timbre.Hub;

/// <summary>
/// A commit as the Hub takes it: a line of JSON for the message and one for each file, small ones with their content, large ones with the
/// hash under which the content was uploaded.
/// </summary>
internal sealed class CommitContent : WatchedContent
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _message;
    private readonly IReadOnlyList<UploadFile> _files;

    /// <summary>A commit of these files.</summary>
    public CommitContent(string message, IReadOnlyList<UploadFile> files) : base("application/x-ndjson")
    {
        (_message, _files) = (message, files);
        SetType();
    }

    /// <inheritdoc/>
    protected override async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        await WriteLineAsync(stream, "header", json =>
        {
            json.WriteString("summary", _message);
            json.WriteString("description", "");
        }, cancellationToken).ConfigureAwait(false);
        foreach (UploadFile file in _files)
        {
            byte[]? content = file.IsLfs ? null : await File.ReadAllBytesAsync(file.LocalPath, cancellationToken).ConfigureAwait(false);
            await WriteLineAsync(stream, content is null ? "lfsFile" : "file", json =>
            {
                json.WriteString("path", file.Path);
                if (content is not null)
                {
                    json.WriteBase64String("content", content);
                    json.WriteString("encoding", "base64");
                    return;
                }
                json.WriteString("algo", "sha256");
                json.WriteString("oid", file.Hash);
                json.WriteNumber("size", file.Size);
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task WriteLineAsync(Stream stream, string key, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteStartObject("value");
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        await stream.WriteAsync(line.GetBuffer().AsMemory(0, (int)line.Length), cancellationToken).ConfigureAwait(false);
        Moved?.Invoke();
    }
}
