using Timbre.Hub;

namespace Timbre.Loading;

/// <summary>
/// Chooses which files of a repository to fetch. A model needs one set of weights, and repositories often hold several: as
/// <see cref="ModelFiles"/> reads them, so they are fetched.
/// </summary>
internal static class FileChoice
{
    /// <summary>The file that tells the family, and which the choice of the others waits for.</summary>
    public const string ConfigName = "config.json";

    // Weights come by their rule alone; nothing runs code of a repository.
    private static readonly HashSet<string> Never =
        new([".py", ".h5", ".msgpack", ".onnx", ".tflite", ".mlmodel", ".gguf", ".ot"], StringComparer.OrdinalIgnoreCase);

    // Formats of other frameworks, and what is only fetched where there are no safetensors; nothing runs code of a repository.
    private static readonly string[] Never = [".h5", ".msgpack", ".onnx", ".py", ".tflite", ".mlmodel", ".gguf", ".ot"];
    private static readonly string[] OtherWeights = [".bin", ".pt", ".pth", ".ckpt", ".nemo", ".npz"];
    private static readonly string[] DefaultPatterns = ["*.json", "*.jsonl", "*.model", "*.tiktoken", "*.txt", "*.jinja", "*.yaml"];

    /// <summary>What is fetched before the choice: the config, and the index of the weights.</summary>
    public static IReadOnlyList<HubFile> First(HubListing listing) =>
        [.. ((string[])[ConfigName, SafetensorsIndexName]).Where(listing.Files.ContainsKey).Select(name => listing.Files[name])];

    /// <summary>All that a model needs.</summary>
    /// <param name="listing">The repository's files.</param>
    /// <param name="family">The model's family, or null where its config does not tell one.</param>
    /// <param name="shards">The files that the index of the weights lists, or null where there is no index.</param>
    /// <exception cref="ModelNotSupportedException">A file that the index lists is not in the repository.</exception>
    public static IReadOnlyList<HubFile> All(HubListing listing, ModelFamily? family, IReadOnlyList<string>? shards)
    {
        var chosen = new SortedDictionary<string, HubFile>(StringComparer.Ordinal);
        IEnumerable<HubFile> others = listing.Matching(patterns).Where(file => !Never.Contains(Path.GetExtension(file.Path)));
        foreach (HubFile file in others.Concat(Weights(listing, snapshot)))
            chosen[file.Path] = file;
        return [.. chosen.Values];
    }

    private static IEnumerable<HubFile> Weights(HubListing listing, IReadOnlyList<string>? shards)
    {
        string repository = $"{listing.Repository}@{listing.Revision}";
        IEnumerable<string> root = listing.Files.Keys.Where(path => !path.Contains('/', StringComparison.Ordinal));
        IReadOnlyList<string> names = WeightFileNames.Select(
            root, index => ModelFiles.ReadIndex(Path.Combine(snapshot, index)), repository);
        return names.Select(name => listing.Files.TryGetValue(name, out HubFile? file) ? file : throw new ModelNotSupportedException(
            $"{repository}: lacks {name}, which its list of shards names. Ask the repository's owner."));
    }

}
