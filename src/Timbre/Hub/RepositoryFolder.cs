using System.Text;
using System.Text.Json;

namespace Timbre.Hub;

/// <summary>
/// One repository in the cache, as <c>huggingface_hub</c> lays it out: <c>blobs/{etag}</c> hold the content,
/// <c>snapshots/{commit}/{path}</c> link to it, <c>refs/{revision}</c> hold the commit of a branch or tag, <c>trees/{commit}.json</c> the
/// list of files, and <c>.no_exist/{commit}/{path}</c> stand for files that were asked for and are not there.
/// </summary>
internal sealed class RepositoryFolder
{
    private const int LongestRef = 256;
    private const long LongestTree = 64 << 20;

    private readonly string _cacheFolder, _name;

    /// <summary>The folder of a repository, which need not be there yet.</summary>
    public RepositoryFolder(string cacheFolder, string repository)
    {
        (_cacheFolder, Repository, _name) = (cacheFolder, repository, HubNames.FolderOf(repository));
        Path = System.IO.Path.Combine(cacheFolder, _name);
    }

    public string Repository { get; }

    public string Path { get; }

    public string LockFolder => System.IO.Path.Combine(_cacheFolder, ".locks", _name);

    public string Blobs => System.IO.Path.Combine(Path, "blobs");

    public string Snapshots => System.IO.Path.Combine(Path, "snapshots");

    public string Refs => System.IO.Path.Combine(Path, "refs");

    public string Blob(string etag) => System.IO.Path.Combine(Blobs, etag);

    public string Incomplete(string etag) => Blob(etag) + ".incomplete";

    public string Lock(string etag) => System.IO.Path.Combine(LockFolder, etag + ".lock");

    public string Snapshot(string commit) => System.IO.Path.Combine(Snapshots, commit);

    public string Tree(string commit) => System.IO.Path.Combine(Path, "trees", commit + ".json");

    /// <summary>Where a file of a snapshot is.</summary>
    /// <exception cref="HubException">The path would leave the folder.</exception>
    public string Pointer(string commit, string path) => HubPath.Inside(Snapshot(commit), path);

    /// <summary>Whether a snapshot holds the file, whole.</summary>
    public bool Has(string commit, HubFile file) =>
        CacheFiles.ContentOf(new FileInfo(Pointer(commit, file.Path))) is { } content && content.Length == file.Size;

    /// <summary>The commit that a branch or tag had when it was last asked for; null where it never was. A commit is itself.</summary>
    public string? ReadRef(string revision)
    {
        if (HubNames.IsCommit(revision))
            return revision;
        var file = new FileInfo(RefPath(revision));
        if (!file.Exists || file.Length > LongestRef)
            return null;
        string commit = File.ReadAllText(file.FullName).Trim();
        return HubNames.IsCommit(commit) ? commit : null;
    }

    /// <summary>Keeps the commit of a branch or tag.</summary>
    public void WriteRef(string revision, string commit)
    {
        if (revision != commit && ReadRef(revision) != commit)
            WriteWhole(RefPath(revision), stream => stream.Write(Encoding.ASCII.GetBytes(commit)));
    }

    /// <summary>The list of a commit's files; null where it is not kept or cannot be understood.</summary>
    public Dictionary<string, HubFile>? ReadTree(string commit)
    {
        try
        {
            var file = new FileInfo(Tree(commit));
            if (!file.Exists || file.Length > LongestTree)
                return null;
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file.FullName), new JsonDocumentOptions { MaxDepth = 8 });
            return TreeJson.ReadCached(json.RootElement);
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException
            or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps the list of a commit's files.</summary>
    public void WriteTree(string commit, IReadOnlyDictionary<string, HubFile> files) =>
        WriteWhole(Tree(commit), stream => TreeJson.WriteCached(stream, files));

    /// <summary>Notes that a commit has no such file.</summary>
    public void WriteMissing(string commit, string path)
    {
        if (!IsMissing(commit, path))
            WriteWhole(MissingPath(commit, path), _ => { });
    }

    /// <summary>Whether it is noted that a commit has no such file.</summary>
    public bool IsMissing(string commit, string path) => File.Exists(MissingPath(commit, path));

    /// <summary>The files that a snapshot holds, where no list of them is kept.</summary>
    public Dictionary<string, HubFile> CountFiles(string commit)
    {
        string snapshot = Snapshot(commit);
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        foreach (FileInfo file in CacheFiles.In(snapshot))
        {
            string path = CacheFiles.NameIn(snapshot, file.FullName);
            if (CacheFiles.ContentOf(file) is { } content)
                files[path] = new HubFile(path, content.Length, null);
        }
        return files;
    }

    /// <summary>A path for a file that is not yet what it will be, on the same disk.</summary>
    public string NewTemporary() => System.IO.Path.Combine(Path, $".{Guid.NewGuid():N}.tmp");

    private string MissingPath(string commit, string path) => HubPath.Inside(System.IO.Path.Combine(Path, ".no_exist", commit), path);

    private string RefPath(string revision) => System.IO.Path.Combine([Refs, .. HubNames.CheckRevision(revision).Split('/')]);

    private void WriteWhole(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        // Not beside it: whoever lists refs or a snapshot takes each file there for one of them.
        string temporary = NewTemporary();
        using (FileStream stream = File.Create(temporary))
            write(stream);
        File.Move(temporary, path, overwrite: true);
    }
}
