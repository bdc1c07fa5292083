using Timbre.Hub;

namespace Timbre.Loading;

/// <summary>
/// Chooses which files of a repository to fetch: the weights that <see cref="WeightFileNames"/> would read of its folder, of which
/// repositories often hold several sets, and what the family needs besides.
/// </summary>
internal static class FileChoice
{
    private const string ConfigName = "config.json";

    // Weights come by their rule alone; nothing runs code of a repository.
    private static readonly HashSet<string> Never =
        new([".py", ".h5", ".msgpack", ".onnx", ".tflite", ".mlmodel", ".gguf", ".ot"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What is fetched before the choice: the config, which tells the family, and the lists of shards.</summary>
    public static IReadOnlyList<HubFile> First(HubListing listing) =>
        [.. ((string[])[ConfigName, .. WeightFileNames.Indexes]).Where(listing.Files.ContainsKey).Select(name => listing.Files[name])];

    /// <summary>All that a model needs.</summary>
    /// <param name="listing">The repository's files.</param>
    /// <param name="snapshot">The folder that holds those of <see cref="First"/>.</param>
    /// <exception cref="ModelNotSupportedException">It has no weights, it is not clear which, or it lacks one.</exception>
    public static IReadOnlyList<HubFile> All(HubListing listing, string snapshot)
    {
        IReadOnlyList<string> patterns = ModelCatalog.FamilyOf(snapshot)?.FilePatterns ?? ModelFamily.DefaultFilePatterns;
        var chosen = new SortedDictionary<string, HubFile>(StringComparer.Ordinal);
        IEnumerable<HubFile> others = listing.Matching(patterns).Where(file => !Never.Contains(Path.GetExtension(file.Path)));
        foreach (HubFile file in others.Concat(Weights(listing, snapshot)))
            chosen[file.Path] = file;
        return [.. chosen.Values];
    }

    private static IEnumerable<HubFile> Weights(HubListing listing, string snapshot)
    {
        string repository = $"{listing.Repository}@{listing.Revision}";
        IEnumerable<string> root = listing.Files.Keys.Where(path => !path.Contains('/', StringComparison.Ordinal));
        IReadOnlyList<string> names = WeightFileNames.Select(
            root, index => ModelFiles.ReadIndex(Path.Combine(snapshot, index)), repository);
        return names.Select(name => listing.Files.TryGetValue(name, out HubFile? file) ? file : throw new ModelNotSupportedException(
            $"{repository}: lacks {name}, which its list of shards names. Ask the repository's owner."));
    }
}
