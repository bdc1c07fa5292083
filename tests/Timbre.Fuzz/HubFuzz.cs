using System.Text.Json;
using Timbre.Hub;

namespace Timbre.Fuzz;

/// <summary>Answers of the Hub: lists of files, the same as the cache keeps them, instructions to upload; and where their paths lead.</summary>
internal static class HubFuzz
{
    private static readonly string Snapshot = Path.Combine(Path.GetTempPath(), "snapshot");

    public static byte[] Seed =>
    [
        .. """
        [{"format_version":1,"files":{"a/b.json":{"size":3,"blob_id":"0123456789abcdef0123456789abcdef01234567"}}},
        [{"type":"file","path":"voices/a.bin","oid":"0123456789abcdef0123456789abcdef01234567","size":9,
        "lfs":{"oid":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","size":99,"pointerSize":1}}],
        {"oid":"x","actions":{"upload":{"href":"https://h/","header":{"chunk_size":"50","1":"https://h/1","2":"https://h/2"}},
        "verify":{"href":"https://h/v"}}}]
        """u8,
    ];

    public static void Answer(byte[] bytes)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                return;
            foreach (JsonElement part in json.RootElement.EnumerateArray())
                Read(part);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // The documented answers to what is no answer, or has a text that is no Unicode.
        }
    }

    private static void Read(JsonElement part)
    {
        Dictionary<string, HubFile> files = [];
        if (part.ValueKind == JsonValueKind.Array)
            TreeJson.AddPage(part, files);
        else if (TreeJson.TextOrNull(part, "oid") is not null)
            LfsAction.Read(part, 99, needsTls: true);
        else
            files = TreeJson.ReadCached(part) ?? [];
        foreach (HubFile file in files.Values)
            CheckInside(file.Path);
    }

    private static void CheckInside(string path)
    {
        try
        {
            string full = Path.GetFullPath(HubPath.Inside(Snapshot, path));
            if (!full.StartsWith(Snapshot + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new InvalidDataException($"'{path}' leads to {full}");
        }
        catch (HubException)
        {
            // Refused.
        }
    }
}
