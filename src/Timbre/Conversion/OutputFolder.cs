namespace Timbre.Conversion;

/// <summary>
/// A folder that appears whole or not at all: it is filled under another name beside its place, and renamed at the end. What was there
/// stays until then.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _target;
    private bool _done;

    private OutputFolder(string target, string temporary) => (_target, Temporary) = (target, temporary);

    /// <summary>Where to write for now.</summary>
    public string Temporary { get; }

    /// <summary>Makes the folder to write to.</summary>
    /// <param name="target">The place.</param>
    /// <param name="source">The folder that is read meanwhile.</param>
    /// <param name="force">Whether a model that is there may be replaced.</param>
    /// <exception cref="IOException">The place is taken, or overlaps the source.</exception>
    public static OutputFolder Create(string target, string source, bool force)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (IsWithin(target, source) || IsWithin(source, target))
            throw new IOException($"{target}: the result and the source {source} cannot lie in one another. Choose another output folder.");
        Check(target, force);
        string parent = Path.GetDirectoryName(target)
            ?? throw new IOException($"{target}: is no place for a model. Choose a folder below it.");
        string temporary = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(temporary);
        return new OutputFolder(target, temporary);
    }

    /// <summary>Puts the folder in its place.</summary>
    /// <exception cref="IOException">Somebody took the place meanwhile.</exception>
    public void Commit(bool force)
    {
        Check(_target, force);
        string? old = null;
        if (Directory.Exists(_target))
        {
            old = Temporary + ".old";
            Directory.Move(_target, old);
        }
        try
        {
            Directory.Move(Temporary, _target);
            _done = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && old is not null)
        {
            Directory.Move(old, _target);
            throw;
        }
        if (old is not null)
            Delete(old);
    }

    /// <summary>Deletes what is not in its place by now.</summary>
    public void Dispose()
    {
        if (!_done && Directory.Exists(Temporary))
            Delete(Temporary);
    }

    private static void Check(string target, bool force)
    {
        if (File.Exists(target))
            throw new IOException($"{target}: is a file. Choose another output folder.");
        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any())
            return;
        if (!force)
            throw new IOException($"{target}: is there already. Choose another output folder, or replace it with --force.");
        if (!File.Exists(Path.Combine(target, "config.json")))
            throw new IOException($"{target}: holds no model, so even --force does not replace it. Choose another output folder.");
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted is in nobody's way but the disk's; the error that led here says more.
        }
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
