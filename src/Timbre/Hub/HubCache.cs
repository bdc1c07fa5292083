namespace Timbre.Hub;

/// <summary>The cache on disk, that of Python's <c>huggingface_hub</c>: what is in it, and how it is made smaller.</summary>
public sealed class HubCache
{
    /// <summary>The cache in a folder, which need not be there.</summary>
    public HubCache(string folder) => Folder = Path.GetFullPath(folder);

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>The models' repositories, by name. What is not laid out as one is left out.</summary>
    public IEnumerable<CachedRepository> EnumerateRepositories() => EnumerateNames().Select(Read);

    /// <summary>The names alone, without looking into the repositories.</summary>
    public IEnumerable<string> EnumerateNames()
    {
        if (!Directory.Exists(Folder))
            return [];
        return from folder in Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal)
               let name = HubNames.RepositoryOf(Path.GetFileName(folder))
               where name is not null && Directory.Exists(Path.Combine(folder, "snapshots"))
               select name;
    }

    /// <summary>One repository; null where it is not in the cache.</summary>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public CachedRepository? Find(string repository) =>
        Directory.Exists(new RepositoryFolder(Folder, repository).Snapshots) ? Read(repository) : null;

    /// <summary>Deletes a repository, or one commit of it with the contents that no other commit has.</summary>
    /// <param name="repository">Its name, <c>owner/name</c>.</param>
    /// <param name="revision">A branch, a tag, or a commit or the beginning of one; null is all.</param>
    /// <returns>The bytes that were freed.</returns>
    /// <exception cref="HubException">It is not in the cache.</exception>
    public long Delete(string repository, string? revision = null)
    {
        CachedRepository cached = Find(repository)
            ?? throw new HubException(HubFailure.RepositoryNotFound, $"{repository} is not in the cache {Folder}.");
        if (revision is null)
            return DeleteAll(cached);
        CachedRevision chosen = Choose(cached, revision);
        return cached.Revisions.Count == 1 ? DeleteAll(cached) : DeleteRevision(cached, chosen);
    }

    private static CachedRevision Choose(CachedRepository cached, string revision)
    {
        CachedRevision[] named = [.. cached.Revisions.Where(known => known.Names.Contains(revision))];
        CachedRevision[] found = named.Length > 0 || revision.Length < 4
            ? named
            : [.. cached.Revisions.Where(known => known.Commit.StartsWith(revision, StringComparison.Ordinal))];
        return found is [var one] ? one : throw new HubException(HubFailure.RevisionNotFound,
            $"{cached.Name}: the cache has {(found.Length == 0 ? "no revision" : "several revisions that begin with")} '{revision}'. "
            + $"It has: {string.Join(", ", cached.Revisions.Select(known => $"{known.Commit} ({known.ShortName})"))}.");
    }

    private long DeleteAll(CachedRepository cached)
    {
        Directory.Delete(cached.Folder, recursive: true);
        string locks = new RepositoryFolder(Folder, cached.Name).LockFolder;
        if (Directory.Exists(locks))
            Directory.Delete(locks, recursive: true);
        return cached.Size;
    }

    private long DeleteRevision(CachedRepository cached, CachedRevision chosen)
    {
        var folder = new RepositoryFolder(Folder, cached.Name);
        HashSet<string> others = [.. cached.Revisions.Where(known => known != chosen).SelectMany(known => ContentsOf(known.Folder))];
        // A link that leads elsewhere was not made by a download, and its target is not ours.
        string inside = folder.Path + Path.DirectorySeparatorChar;
        string[] alone = [.. ContentsOf(chosen.Folder).Distinct()
            .Where(path => !others.Contains(path) && path.StartsWith(inside, StringComparison.Ordinal))];
        long freed = alone.Sum(path => new FileInfo(path).Length);
        foreach (string name in chosen.Names)
            File.Delete(Path.Combine([folder.Refs, .. name.Split('/')]));
        Directory.Delete(chosen.Folder, recursive: true);
        if (Directory.Exists(Path.GetDirectoryName(folder.Tree(chosen.Commit))))
            File.Delete(folder.Tree(chosen.Commit));
        string absent = Path.Combine(folder.Path, ".no_exist", chosen.Commit);
        if (Directory.Exists(absent))
            Directory.Delete(absent, recursive: true);
        foreach (string path in alone.Where(File.Exists))
            File.Delete(path);
        return freed;
    }

    private CachedRepository Read(string name)
    {
        var folder = new RepositoryFolder(Folder, name);
        ILookup<string, string> names = ReadRefs(folder).ToLookup(pair => pair.Commit, pair => pair.Name);
        CachedRevision[] revisions = [.. Directory.EnumerateDirectories(folder.Snapshots)
            .Select(snapshot => ReadRevision(snapshot, [.. names[Path.GetFileName(snapshot)]]))
            .OrderByDescending(revision => revision.LastChanged)];
        // What a link leads to elsewhere is not the cache's.
        string inside = folder.Path + Path.DirectorySeparatorChar;
        HashSet<string> contents = [.. revisions.SelectMany(revision => ContentsOf(revision.Folder))
            .Where(path => path.StartsWith(inside, StringComparison.Ordinal))];
        if (Directory.Exists(folder.Blobs))
            contents.UnionWith(Directory.EnumerateFiles(folder.Blobs));
        FileInfo[] files = [.. contents.Select(path => new FileInfo(path)).Where(file => file.Exists)];
        DateTimeOffset used = files.Length == 0 ? Directory.GetLastWriteTimeUtc(folder.Path) : files.Max(file => file.LastAccessTimeUtc);
        return new CachedRepository(name, folder.Path, files.Sum(file => file.Length), used, revisions);
    }

    private static CachedRevision ReadRevision(string snapshot, string[] names)
    {
        string[] paths = [.. ContentsOf(snapshot)];
        FileInfo[] files = [.. paths.Distinct().Select(path => new FileInfo(path))];
        DateTimeOffset changed = files.Length == 0 ? Directory.GetLastWriteTimeUtc(snapshot) : files.Max(file => file.LastWriteTimeUtc);
        return new CachedRevision(Path.GetFileName(snapshot), names, snapshot, paths.Length, files.Sum(file => file.Length), changed);
    }

    private static IEnumerable<(string Name, string Commit)> ReadRefs(RepositoryFolder folder)
    {
        if (!Directory.Exists(folder.Refs))
            yield break;
        IEnumerable<string> names = CacheFiles.In(folder.Refs).Select(file => CacheFiles.NameIn(folder.Refs, file.FullName));
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (HubNames.IsRevision(name) && folder.ReadRef(name) is { } commit)
                yield return (name, commit);
        }
    }

    /// <summary>The files of a snapshot, each as what it links to; links to nothing are left out.</summary>
    private static IEnumerable<string> ContentsOf(string snapshot) =>
        CacheFiles.In(snapshot).Select(CacheFiles.ContentOf).OfType<FileInfo>().Select(content => content.FullName);
}
