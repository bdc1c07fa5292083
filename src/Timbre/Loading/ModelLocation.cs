namespace Timbre.Loading;

/// <summary>Where a model is on this disk.</summary>
/// <param name="Path">Its folder, or the weight file that holds all of it.</param>
/// <param name="Companions">The folders of the other repositories that it needs; those that are missing are left out.</param>
public sealed record ModelLocation(string Path, IReadOnlyList<string> Companions)
{
    /// <summary>The repository of the Hub of which the folder is a snapshot; null for one that the user named by its place.</summary>
    public string? Repository { get; init; }

    /// <summary>The family that answers to its config; null where none does.</summary>
    public ModelFamily? Family => ModelCatalog.FamilyOf(Path);

    /// <summary>The voices that it has, found without loading it.</summary>
    public IReadOnlyList<VoiceInfo> Voices => Family?.VoicesIn(Path, Companions) ?? [];
}
