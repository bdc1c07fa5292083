namespace Timbre.Loading;

/// <summary>
/// Chooses the files that hold a model's weights. Repositories often hold the same weights in several formats, and files that only look
/// like weights: the first rule that finds something counts, and the formats are never mixed.
/// </summary>
internal static class WeightFileNames
{
    /// <summary>The lists of shards, each before the single file that it stands for.</summary>
    public static IReadOnlyList<string> Indexes { get; } = ["model.safetensors.index.json", "pytorch_model.bin.index.json"];

    /// <summary>Formats that are read where there is exactly one file of them.</summary>
    private static readonly string[] LoneExtensions = [".pt", ".pth", ".ckpt", ".bin", ".nemo"];

    /// <summary>What is no weight of the model, by the beginning of the name.</summary>
    private static readonly string[] Others =
    [
        "tokenizer", "optimizer", "scheduler", "scaler", "rng_state", "random_states", "training_args", "trainer_state", "voices",
        "mel_filters",
    ];

    /// <summary>The files among those of a model's folder that hold its weights.</summary>
    /// <param name="names">The names of the files in the folder itself.</param>
    /// <param name="readIndex">Gives the names that an index lists.</param>
    /// <param name="folder">What to call the folder in messages.</param>
    /// <exception cref="ModelNotSupportedException">There is none, or it is not clear which.</exception>
    public static IReadOnlyList<string> Select(IEnumerable<string> names, Func<string, IReadOnlyList<string>> readIndex, string folder)
    {
        string[] all = [.. names.Order(StringComparer.Ordinal)];
        string[] weights = [.. all.Where(IsWeights)], safetensors = [.. weights.Where(name => Has(name, ".safetensors"))];
        Func<IReadOnlyList<string>>[] rules =
        [
            () => Indexed(all, Indexes[0], readIndex),
            () => Named(all, "model.safetensors"),
            // Where Mistral's own format stands beside another one, it is whole.
            () => [.. safetensors.Where(name => name.StartsWith("consolidated", StringComparison.OrdinalIgnoreCase))],
            () => safetensors,
            () => Indexed(all, Indexes[1], readIndex),
            () => Named(all, "pytorch_model.bin"),
            () => Named(all, "weights.npz"),
            () => [.. weights.Where(name => Has(name, ".npz"))],
            () => Lone(weights, folder),
        ];
        return rules.Select(rule => rule()).FirstOrDefault(found => found.Count > 0) ?? throw new ModelNotSupportedException(
            $"{folder}: has no weights: no *.safetensors, pytorch_model.bin, *.npz, *.pt, *.pth, *.ckpt or *.nemo. Download them again.");
    }

    private static IReadOnlyList<string> Indexed(string[] names, string index, Func<string, IReadOnlyList<string>> readIndex) =>
        names.Contains(index, StringComparer.Ordinal) ? readIndex(index) : [];

    private static string[] Named(string[] names, string name) => names.Contains(name, StringComparer.Ordinal) ? [name] : [];

    private static string[] Lone(string[] names, string folder)
    {
        string[] found = [.. names.Where(name => Has(name, LoneExtensions))];
        return found.Length <= 1 ? found : throw new ModelNotSupportedException(
            $"{folder}: has several files that may be the weights ({string.Join(", ", found)}). Name the file instead of the folder.");
    }

    private static bool IsWeights(string name) =>
        !Array.Exists(Others, other => name.StartsWith(other, StringComparison.OrdinalIgnoreCase))
        && !name.Contains("tokenizer", StringComparison.OrdinalIgnoreCase);

    private static bool Has(string name, params string[] extensions) =>
        extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
}
