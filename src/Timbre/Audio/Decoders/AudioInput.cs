namespace Timbre.Audio.Decoders;

/// <summary>A file with audio.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">What messages call it.</param>
internal sealed record AudioInput(string Path, string Name)
{
    /// <summary>Opens the file for reading.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
