namespace Timbre.Loading;

/// <summary>Where a model is on this disk.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Companions">The folders of the other repositories that it needs; those that are missing are left out.</param>
public sealed record ModelLocation(string Folder, IReadOnlyList<string> Companions);
