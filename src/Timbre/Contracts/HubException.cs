using Timbre.Hub;

namespace Timbre;

/// <summary>Something that the Hub refused, lacks or broke, or that its cache lacks; the message names the repository and the remedy.</summary>
public sealed class HubException : Exception
{
    /// <summary>With the message that tells the thing, the place and the remedy.</summary>
    public HubException(HubFailure failure, string message) : base(message) => Failure = failure;

    /// <summary>With the error that lies behind it.</summary>
    public HubException(HubFailure failure, string message, Exception? innerException) : base(message, innerException) => Failure = failure;

    /// <summary>With a message alone.</summary>
    public HubException(string message) : base(message)
    {
    }

    /// <summary>With a message and the error that lies behind it.</summary>
    public HubException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public HubException()
    {
    }

    /// <summary>What kind of failure it is.</summary>
    public HubFailure Failure { get; }
}
