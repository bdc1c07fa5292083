using System.Security.Cryptography;
using System.Text;

namespace Timbre.Tests.Hub;

/// <summary>A repository of the <see cref="FakeHub"/>, in memory.</summary>
internal sealed class FakeRepository(string name)
{
    private readonly Dictionary<string, Dictionary<string, FakeFile>> _commits = [];
    private readonly Dictionary<string, string> _refs = [];

    public string Name { get; } = name;

    /// <summary>Whether its conditions must be accepted, which only the account of <see cref="FakeHub.GoodToken"/> has done.</summary>
    public bool IsGated { get; set; }

    /// <summary>Whether only the account of <see cref="FakeHub.GoodToken"/> may see it.</summary>
    public bool IsPrivate { get; set; }

    public string? LastMessage { get; set; }

    public string Head => _refs["main"];

    /// <summary>Makes a commit with these files alone, to which <c>main</c> or another revision moves.</summary>
    public string Commit(string revision, params FakeFile[] files)
    {
        string commit = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"{Name} {_commits.Count}")));
        _commits[commit] = files.ToDictionary(file => file.Path);
        _refs[revision] = commit;
        return commit;
    }

    public string Commit(params FakeFile[] files) => Commit("main", files);

    /// <summary>The commit of a branch, tag or commit; null where there is none.</summary>
    public string? Resolve(string revision) => _commits.ContainsKey(revision) ? revision : _refs.GetValueOrDefault(revision);

    public IEnumerable<FakeFile> AllFiles => _commits.Values.SelectMany(files => files.Values);

    public IReadOnlyDictionary<string, FakeFile> Files(string commit) => _commits[commit];
}
