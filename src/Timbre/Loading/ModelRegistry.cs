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

    /// <summary>The family of a config, by <c>model_type</c> or marker keys, never by the folder's name.</summary>
    /// <exception cref="ModelNotSupportedException">No family answers; the message lists those that are known.</exception>
    internal static ModelFamily Resolve(ModelFiles files) =>
        Families.FirstOrDefault(family => family.Answers(files.Config)) ?? throw new ModelNotSupportedException(
            $"{files.Folder}: {(files.Config.ModelType is { } type ? $"model_type '{type}' is not supported" : "config.json has no model_type and no keys of a known model")}. "
            + $"Known: {string.Join(", ", Families.SelectMany(family => family.ModelTypes).Order(StringComparer.Ordinal))}.");
}
