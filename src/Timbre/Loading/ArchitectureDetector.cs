using System.Text.Json;
using System.Text.RegularExpressions;

namespace Timbre.Loading;

/// <summary>
/// Says which architecture a model is of: by the config's type, else its NeMo target or marker keys, and by whole words of the folder's
/// name only where the config leaves it open.
/// </summary>
internal static partial class ArchitectureDetector
{
    /// <summary>What is said of a config without a type.</summary>
    public const string UnknownConfig = "the config has no model_type and no keys of a known model";

    // The keys under which configs name their type, the stronger ones first.
    private static readonly string[] TypeKeys = ["model_type", "architecture", "name", "_class_name", "model_version"];

    /// <summary>The architecture, or null when nothing tells it.</summary>
    /// <param name="path">A folder or a repository.</param>
    /// <param name="config">Its config.</param>
    /// <param name="domain">Where the caller knows what the model is for.</param>
    public static KnownArchitecture? Find(string path, JsonElement config, ModelDomain? domain = null)
    {
        KnownArchitecture[] all = [.. KnownArchitectures.All.Where(known => domain is null || known.Domain == domain)];
        string[] words = WordsOf(path);
        foreach (string key in TypeKeys)
        {
            if (Text(config, key) is { } type && all.Where(known => known.HasType(type)).ToArray() is { Length: > 0 } named)
                return Decide(named, config, words);
        }
        return ByTarget(all, Text(config, "target")) ?? ByMarkers(all, config, atLeast: 2) ?? ByWords(all, words);
    }

    /// <summary>The architecture.</summary>
    /// <exception cref="ModelNotSupportedException">Nothing tells it; the message lists what is known.</exception>
    public static KnownArchitecture Require(string path, JsonElement config, ModelDomain? domain = null) =>
        Find(path, config, domain) ?? throw new ModelNotSupportedException(
            $"{path}: {(Text(config, "model_type") is { } type ? $"model_type '{type}' is unknown" : UnknownConfig)}. "
            + $"Known: {string.Join(", ", KnownArchitectures.All.Where(known => domain is null || known.Domain == domain)
                .Select(known => known.Name).Order(StringComparer.Ordinal))}.");

    private static KnownArchitecture Decide(KnownArchitecture[] named, JsonElement config, string[] words)
    {
        if (named.Length == 1)
            return named[0];
        if (ByMarkers(named, config, atLeast: 1) is { } marked)
            return marked;
        string[] classes = ClassesOf(config);
        KnownArchitecture[] left = [.. named.Where(known => known.Classes.Intersect(classes).Any())];
        left = left.Length > 0 ? left : named;
        return ByWords(left, words) ?? left[0];
    }

    private static KnownArchitecture? ByTarget(IEnumerable<KnownArchitecture> known, string? target) => target is null
        ? null
        : known.FirstOrDefault(known => known.Targets.Any(start => target.StartsWith(start, StringComparison.Ordinal)));

    private static KnownArchitecture? ByMarkers(IEnumerable<KnownArchitecture> known, JsonElement config, int atLeast) => known
        .Where(known => known.Markers.Count >= atLeast && known.Markers.All(key => config.TryGetProperty(key, out _)))
        .MaxBy(known => known.Markers.Count);

    private static KnownArchitecture? ByWords(IEnumerable<KnownArchitecture> known, string[] words) =>
        known.Where(known => known.WordsIn(words) > 0).MaxBy(known => known.WordsIn(words));

    private static string[] ClassesOf(JsonElement config) =>
        config.TryGetProperty("architectures", out JsonElement classes) && classes.ValueKind == JsonValueKind.Array
            ? [.. classes.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    /// <summary>The words of the folder's or repository's own name; parents do not count.</summary>
    private static string[] WordsOf(string path)
    {
        string[] segments = path.Split('/', '\\').Where(segment => segment.Length > 0 && segment != ".").ToArray();
        if (segments.Length == 0)
            return [];
        // In the Hub's cache a snapshot is named by its commit: .../models--org--name/snapshots/commit.
        string name = segments is [.., var repository, "snapshots", _] && repository.StartsWith("models--", StringComparison.Ordinal)
            ? repository[(repository.LastIndexOf("--", StringComparison.Ordinal) + 2)..]
            : segments[^1];
        return Separators().Split(name.ToLowerInvariant());
    }

    private static string? Text(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Separators();
}
