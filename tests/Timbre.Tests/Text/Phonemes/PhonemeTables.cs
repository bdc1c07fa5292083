using System.IO.Compression;
using System.Text.Json;
using Timbre.Loading;
using Timbre.Text.Phonemes.English;

namespace Timbre.Tests.Text.Phonemes;

/// <summary>The recorded grapheme-to-phoneme tables: tab-separated, one header line, no quoting.</summary>
internal static class PhonemeTables
{
    public static string LexiconFolder { get; } = ModelCatalog.Default.Find("lexicons");

    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string path)
    {
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content);
        var header = reader.ReadLine()!.Split('\t');
        while (reader.ReadLine() is { } line)
            yield return header.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Text", "Phonemes", "Fixtures", name);

    /// <summary>The column <c>tokens</c>: [text, tag, whitespace].</summary>
    public static List<TaggedToken> Tokens(string json) =>
        [.. JsonSerializer.Deserialize<string[][]>(json)!.Select(token => new TaggedToken(token[0], token[1], token[2]))];
}
