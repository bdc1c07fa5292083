namespace Timbre.Hub;

/// <summary>The files of a folder that go into a repository: all but those of version control and of other tools.</summary>
internal static class UploadFolder
{
    private const int MostFiles = 25_000;
    private static readonly GlobPattern Ignored = new(
    [
        ".git", ".git/*", "*/.git", "*/.git/*", ".cache/huggingface/*", "*/.cache/huggingface/*",
        ".DS_Store", "*/.DS_Store", "*.incomplete",
    ]);

    /// <summary>Lists them.</summary>
    /// <exception cref="ArgumentException">It is missing, empty, or has a name that the Hub or another system cannot take.</exception>
    public static IReadOnlyList<UploadFile> List(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ArgumentException($"{folder}: no such folder.");
        var files = new List<UploadFile>();
        foreach (FileInfo file in CacheFiles.In(folder))
        {
            string path = CacheFiles.NameIn(folder, file.FullName);
            if (Ignored.Matches(path))
                continue;
            if (HubPath.Problem(path) is { } problem)
                throw new ArgumentException($"{file.FullName}: cannot be uploaded under that name: {problem}.");
            FileInfo content = CacheFiles.ContentOf(file) ?? throw new ArgumentException($"{file.FullName}: is a link to nothing.");
            files.Add(new UploadFile(path, content.FullName, content.Length));
            if (files.Count > MostFiles)
                throw new ArgumentException($"{folder}: more than {MostFiles} files are too many for one commit.");
        }
        return files.Count > 0
            ? [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]
            : throw new ArgumentException($"{folder}: holds no files.");
    }
}
