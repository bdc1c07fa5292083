namespace Timbre.Cli;

/// <summary>A file on its way; see <see cref="OutputFiles"/>.</summary>
internal sealed class OutputFile(OutputFiles owner, string place, string path) : IDisposable
{
    /// <summary>Where to write; with the extension of the final name.</summary>
    public string Path { get; } = path;

    /// <summary>Gives the finished file its name.</summary>
    public void Keep()
    {
        if (Path == place)
            return;
        if (!OperatingSystem.IsWindows() && File.Exists(place))
            File.SetUnixFileMode(Path, File.GetUnixFileMode(place));
        File.Move(Path, place, overwrite: true);
        owner.Forget(Path);
    }

    /// <summary>Removes what was not kept.</summary>
    public void Dispose() => owner.Abandon(Path);
}
