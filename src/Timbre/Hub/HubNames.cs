using System.Text.RegularExpressions;

namespace Timbre.Hub;

/// <summary>The names of repositories and revisions, checked before they become part of a path or an address.</summary>
internal static partial class HubNames
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string MainBranch = "main";

    private const string Separator = "--", FolderPrefix = "models" + Separator;
    private const int LongestRevision = 255;

    /// <summary>Whether a text has the shape <c>owner/name</c>, with a revision behind an <c>@</c> or not.</summary>
    public static bool IsRepository(string text) => Split(text) is { } parts && IsValidRepository(parts.Repository);

    /// <summary>Splits <c>owner/name@revision</c>; null where there is not exactly one slash before the revision.</summary>
    public static (string Repository, string? Revision)? Split(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string repository = at < 0 ? text : text[..at];
        return repository.Count(letter => letter == '/') == 1 ? (repository, at < 0 ? null : text[(at + 1)..]) : null;
    }

    /// <summary>Gives a valid name back.</summary>
    /// <exception cref="ArgumentException">It is not one of the Hub's.</exception>
    public static string CheckRepository(string repository) => IsValidRepository(repository) ? repository : throw new ArgumentException(
        $"'{Shown(repository)}' is not the name of a repository: owner/name, of at most 96 letters, digits, '-', '_' and '.', "
        + "without '--' and '..', '-' and '.' not at an end.");

    /// <summary>Gives a valid branch, tag or commit back.</summary>
    /// <exception cref="ArgumentException">It breaks the rules of git's <c>check-ref-format</c>.</exception>
    public static string CheckRevision(string revision) => IsRevision(revision) ? revision : throw new ArgumentException(
        $"'{Shown(revision)}' is not a revision: name a branch, a tag or a commit.");

    /// <summary>Whether it can be the name of a branch, a tag or a commit.</summary>
    public static bool IsRevision(string revision) =>
        revision.Length is > 0 and <= LongestRevision && RevisionLetters().IsMatch(revision)
        && !revision.Contains("..", StringComparison.Ordinal) && revision.Split('/').All(IsValidPart);

    /// <summary>Whether a revision is a full commit, whose files never change.</summary>
    public static bool IsCommit(string revision) => Commit().IsMatch(revision);

    /// <summary>The folder of a repository in the cache.</summary>
    public static string FolderOf(string repository) =>
        FolderPrefix + CheckRepository(repository).Replace("/", Separator, StringComparison.Ordinal);

    /// <summary>The repository of a folder of the cache; null where it is none of a model.</summary>
    public static string? RepositoryOf(string folderName)
    {
        if (!folderName.StartsWith(FolderPrefix, StringComparison.Ordinal))
            return null;
        string repository = folderName[FolderPrefix.Length..].Replace(Separator, "/", StringComparison.Ordinal);
        return IsValidRepository(repository) ? repository : null;
    }

    /// <summary>The repository of a snapshot's folder; null where it is none: <c>models--owner--name/snapshots/{commit}</c>.</summary>
    public static string? RepositoryOfSnapshot(string folder)
    {
        string? parent = Path.GetDirectoryName(folder);
        return parent is not null && Path.GetFileName(parent) == "snapshots" && IsCommit(Path.GetFileName(folder))
            ? RepositoryOf(Path.GetFileName(Path.GetDirectoryName(parent)) ?? "")
            : null;
    }

    // Names without an owner are those of the Hub's first models, which the cache of others may hold.
    private static bool IsValidRepository(string repository) =>
        repository.Length <= 96 && RepositoryLetters().IsMatch(repository) && !repository.Contains("--", StringComparison.Ordinal)
        && !repository.Contains("..", StringComparison.Ordinal) && !repository.EndsWith(".git", StringComparison.Ordinal)
        && repository.Split('/').All(part => HubPath.Problem(part) is null);

    private static bool IsValidPart(string part) =>
        part.Length > 0 && !part.StartsWith('.') && !part.EndsWith(".lock", StringComparison.Ordinal) && HubPath.Problem(part) is null;

    private static string Shown(string text) => string.Concat(text.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter));

    [GeneratedRegex(@"^[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?(?:/[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?)?\z", RegexOptions.ECMAScript)]
    private static partial Regex RepositoryLetters();

    [GeneratedRegex(@"^[^\x00-\x20\x7f~^:?*\[\]\\@{}<>""|]+\z")]
    private static partial Regex RevisionLetters();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
