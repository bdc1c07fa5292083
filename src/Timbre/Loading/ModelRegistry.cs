namespace Timbre.Loading;

/// <summary>The table of all families. Adding one is one line here.</summary>
public static class ModelRegistry
{
    /// <summary>Every family that this version knows.</summary>
    public static IReadOnlyList<ModelFamily> Families { get; } =
    [
        new Models.Kokoro.KokoroFamily(),
        new Models.Whisper.WhisperFamily(),
    ];

    /// <summary>The family of a config, by <c>model_type</c> or marker keys, never by the folder's name; null where none answers.</summary>
    internal static ModelFamily? Find(ModelFiles files) => Families.FirstOrDefault(family => family.Answers(files.Config));

    /// <summary>The family of a config, as <see cref="Find"/> finds it.</summary>
    /// <exception cref="ModelNotSupportedException">No family answers; the message says what is known of the model, and what runs.</exception>
    internal static ModelFamily Resolve(ModelFiles files) =>
        Find(files) ?? throw new ModelNotSupportedException(
            $"{files.Origin}: {Describe(files)}. "
            + $"Known: {string.Join(", ", Families.SelectMany(family => family.ModelTypes).Order(StringComparer.Ordinal))}.");

    private static string Describe(ModelFiles files)
    {
        string type = files.Config.ModelType is { } named ? $"model_type '{named}'" : "the config, which has no model_type,";
        if (ArchitectureDetector.Find(files.Folder, files.Config.Root) is { } known)
            return $"{type} is {known.Description}, which Timbre cannot run yet";
        return files.Config.ModelType is not null ? $"{type} is not supported" : ArchitectureDetector.UnknownConfig;
    }
}
