using System.Text.Json;
using System.Text.RegularExpressions;

namespace Timbre.Hub;

/// <summary>
/// The two forms of a listing: the answer of <c>/api/models/{repo}/tree/{commit}</c>, and the file <c>trees/{commit}.json</c> that
/// <c>huggingface_hub</c> 1 keeps in the cache (<c>_tree_cache.py</c>).
/// </summary>
internal static partial class TreeJson
{
    private const int FormatVersion = 1;
    private const int MostFiles = 100_000;

    /// <summary>Adds the files of one page of the Hub's answer.</summary>
    /// <exception cref="FormatException">It is not such an answer.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode.</exception>
    public static void AddPage(JsonElement page, Dictionary<string, HubFile> files)
    {
        if (page.ValueKind != JsonValueKind.Array)
            throw new FormatException("the list of files is no list");
        foreach (JsonElement entry in page.EnumerateArray())
        {
            if (Text(entry, "type") != "file")
                continue;
            bool hasLfs = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
            long size = Length(hasLfs ? lfs : entry, "size");
            Add(files, Text(entry, "path"), size, Text(entry, "oid"), hasLfs ? Text(lfs, "oid") : null);
        }
    }

    /// <summary>Reads the file of the cache; null where it is of another version.</summary>
    /// <exception cref="FormatException">It is not such a file.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode.</exception>
    public static Dictionary<string, HubFile>? ReadCached(JsonElement root)
    {
        if (Find(root, "files") is not { ValueKind: JsonValueKind.Object } entries)
            throw new FormatException("it has no files");
        if (Length(root, "format_version") != FormatVersion)
            return null;
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        foreach (JsonProperty property in entries.EnumerateObject())
        {
            JsonElement entry = property.Value;
            string? sha256 = TextOrNull(entry, "lfs_sha256");
            Add(files, property.Name, Length(entry, sha256 is null ? "size" : "lfs_size"), Text(entry, "blob_id"), sha256);
        }
        return files;
    }

    /// <summary>Writes the file of the cache.</summary>
    public static void WriteCached(Stream stream, IReadOnlyDictionary<string, HubFile> files)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, IndentSize = 1 });
        json.WriteStartObject();
        json.WriteNumber("format_version", FormatVersion);
        json.WriteStartObject("files");
        foreach (HubFile file in files.Values.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            json.WriteStartObject(file.Path);
            json.WriteNumber("size", file.Size);
            json.WriteString("blob_id", file.BlobId);
            if (file.Sha256 is not null)
            {
                json.WriteString("lfs_sha256", file.Sha256);
                json.WriteNumber("lfs_size", file.Size);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The text of a key.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static string Text(JsonElement element, string key) =>
        TextOrNull(element, key) ?? throw new FormatException($"'{key}' is missing");

    /// <summary>The text of a key; null where there is none.</summary>
    public static string? TextOrNull(JsonElement element, string key) =>
        Find(element, key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The entries of a list.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static JsonElement.ArrayEnumerator List(JsonElement element, string key) =>
        Find(element, key) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray()
            : throw new FormatException($"'{key}' is no list");

    private static long Length(JsonElement element, string key) =>
        Find(element, key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long length) && length >= 0
            ? length
            : throw new FormatException($"'{key}' is no length");

    private static JsonElement? Find(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) ? value : null;

    private static void Add(Dictionary<string, HubFile> files, string path, long size, string blobId, string? sha256)
    {
        if (files.Count >= MostFiles)
            throw new FormatException($"there are more than {MostFiles} files");
        // These become names of files in the cache.
        if (!Sha1().IsMatch(blobId) || (sha256 is not null && !Sha256().IsMatch(sha256)))
            throw new FormatException("a file's hash is none");
        files[path] = new HubFile(path, size, blobId, sha256);
    }

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex Sha1();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Sha256();
}
