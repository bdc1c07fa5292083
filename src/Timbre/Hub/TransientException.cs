namespace Timbre.Hub;

/// <summary>A failure that another try may not meet; what it becomes when no try is left.</summary>
/// <param name="failure">What the caller is told in the end.</param>
/// <param name="retryAfter">How long the server asks to wait.</param>
/// <param name="gotOn">Whether a good part of the work was done before, so that the tries count anew.</param>
internal sealed class TransientException(HubException failure, TimeSpan? retryAfter = null, bool gotOn = false)
    : Exception(failure.Message, failure)
{
    public HubException Failure { get; } = failure;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool GotOn { get; } = gotOn;
}
