namespace Timbre.Loading;

/// <summary>A model that a catalog found.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Family">The family that answers to its config.</param>
public sealed record ModelEntry(string Folder, ModelFamily Family)
{
    /// <summary>The name to ask for: that of the folder.</summary>
    public string Name => Path.GetFileName(Folder);
}
