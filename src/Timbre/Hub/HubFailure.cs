namespace Timbre.Hub;

/// <summary>Why the Hub did not give what was asked.</summary>
public enum HubFailure
{
    /// <summary>An answer that makes no sense, or a refusal of another kind.</summary>
    Protocol,

    /// <summary>There is no such repository, or it is private and the token does not open it.</summary>
    RepositoryNotFound,

    /// <summary>The repository has no such branch, tag or commit.</summary>
    RevisionNotFound,

    /// <summary>The repository has no such file.</summary>
    EntryNotFound,

    /// <summary>The repository's conditions have not been accepted.</summary>
    Gated,

    /// <summary>The token is missing, wrong or has too few rights.</summary>
    Unauthorized,

    /// <summary>The Hub cannot be reached.</summary>
    Network,

    /// <summary>The Hub is reached, but overloaded or broken.</summary>
    Unavailable,

    /// <summary>It is not in the cache, and nothing may be asked of the network.</summary>
    Offline,

    /// <summary>The disk has not enough room.</summary>
    DiskFull,

    /// <summary>What came has another size or hash than was announced.</summary>
    Corrupt,

    /// <summary>The file changed while it was downloaded.</summary>
    Changed,

    /// <summary>A path in the Hub's answer that would leave the snapshot's folder.</summary>
    UnsafePath,
}
