using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Timbre.Cli;

/// <summary>
/// Makes files that appear whole or not at all: each is written beside its place under another name, and takes its place when it is kept.
/// What is no plain file (a device, a pipe) is written directly.
/// </summary>
internal sealed partial class OutputFiles
{
    private readonly ConcurrentDictionary<string, bool> _unfinished = new();

    /// <summary>Makes the folder when it is not there, and a name in it to write to.</summary>
    public OutputFile Create(string path)
    {
        string place = Path.GetFullPath(path);
        if (Directory.Exists(place) || Path.EndsInDirectorySeparator(path))
            throw new IOException($"{path}: is a folder. Name a file in it.");
        if (IsSpecial(place))
            return new OutputFile(this, place, place);
        // Through a link the file that it names is replaced, not the link.
        var link = new FileInfo(place);
        if (link.LinkTarget is not null)
            place = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        string folder = Path.GetDirectoryName(place)!;
        string partial = Path.Combine(folder, $".{Path.GetFileNameWithoutExtension(place)}.{Guid.NewGuid():N}{Path.GetExtension(place)}");
        try
        {
            // Tried here, where the name that the user knows can be told.
            Directory.CreateDirectory(folder);
            new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: no file can be made in {folder}. Choose a folder that you may write to.", error);
        }
        _unfinished[partial] = true;
        return new OutputFile(this, place, partial);
    }

    /// <summary>Removes all that was not kept, for a run that is broken off.</summary>
    public void AbandonAll()
    {
        foreach (string path in _unfinished.Keys)
            Abandon(path);
    }

    internal void Forget(string path) => _unfinished.TryRemove(path, out _);

    internal void Abandon(string path)
    {
        if (!_unfinished.TryRemove(path, out _))
            return;
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Still open in a run that is being broken off (Windows): nothing more can be done.
        }
    }

    /// <summary>Whether something that is no plain file stands there.</summary>
    /// <remarks>.NET has no public name for that, its native half has.</remarks>
    public static unsafe bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows())
            return path.StartsWith(@"\\.\", StringComparison.Ordinal);
        const int FormatMask = 0xF000, RegularFile = 0x8000;
        int* status = stackalloc int[64];
        return Stat(path, status) == 0 && (status[1] & FormatMask) != RegularFile;
    }

    /// <summary>Fills a FileStatus, which begins with flags and mode (dotnet/runtime, pal_io.h).</summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Stat(string path, int* status);
}
