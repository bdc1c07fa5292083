namespace Timbre.Transcripts;

/// <summary>The names of the transcript formats.</summary>
public static class TranscriptFormats
{
    private static readonly (string Name, string Extension, TranscriptFormat Format)[] Table =
    [
        ("txt", "txt", TranscriptFormat.Text),
        ("lines", "txt", TranscriptFormat.Lines),
        ("srt", "srt", TranscriptFormat.SubRip),
        ("vtt", "vtt", TranscriptFormat.WebVtt),
        ("tsv", "tsv", TranscriptFormat.TabSeparated),
        ("json", "json", TranscriptFormat.Json),
        ("lrc", "lrc", TranscriptFormat.Lyrics),
    ];

    /// <summary>All names: <c>txt</c>, <c>lines</c>, <c>srt</c>, <c>vtt</c>, <c>tsv</c>, <c>json</c>, <c>lrc</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The format of a name, in any case and with or without a leading dot.</summary>
    /// <exception cref="ArgumentException">There is no such format.</exception>
    public static TranscriptFormat Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = Array.FindIndex(Table, row => row.Name.Equals(name.TrimStart('.'), StringComparison.OrdinalIgnoreCase));
        return index >= 0
            ? Table[index].Format
            : throw new ArgumentException($"There is no transcript format '{name}'; give one of {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>The extension of files in a format, without its dot.</summary>
    public static string GetExtension(TranscriptFormat format) => Array.Find(Table, row => row.Format == format).Extension;
}
