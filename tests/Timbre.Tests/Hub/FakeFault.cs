namespace Timbre.Tests.Hub;

/// <summary>What the <see cref="FakeHub"/> does instead of serving a request rightly.</summary>
internal enum FaultKind
{
    /// <summary>Answers with the status <see cref="FakeFault.Value"/>, and the header <c>RateLimit</c> where there is a text.</summary>
    Status,

    /// <summary>Breaks the connection after that many bytes of the body.</summary>
    Drop,

    /// <summary>Sends that many bytes of the body and then nothing, without an end.</summary>
    Stall,

    /// <summary>Does not answer at all.</summary>
    Silence,

    /// <summary>Sends other bytes, as many as there should be.</summary>
    WrongBytes,

    /// <summary>Sends that many bytes more or fewer, and says so.</summary>
    WrongLength,

    /// <summary>Ends a body without a length after that many bytes, as if that were all.</summary>
    EarlyEnd,

    /// <summary>Serves the whole file where a part is asked for.</summary>
    IgnoreRange,

    /// <summary>Serves a part that begins elsewhere.</summary>
    WrongRange,

    /// <summary>Says that the file has another content by now.</summary>
    OtherEtag,

    /// <summary>Says that the file is of another commit.</summary>
    OtherCommit,

    /// <summary>Answers with the text <see cref="FakeFault.Text"/> where JSON should be.</summary>
    Body,

    /// <summary>Redirects to the address <see cref="FakeFault.Text"/>.</summary>
    Redirect,
}

/// <summary>A fault that meets requests whose path ends so, that many times.</summary>
internal sealed record FakeFault(string PathEnd, FaultKind Kind, long Value = 0, string Text = "", string? RetryAfter = null, int Times = 1);
