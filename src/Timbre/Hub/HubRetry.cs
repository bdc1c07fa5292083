using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Timbre.Hub;

/// <summary>Tries again after a <see cref="TransientException"/>: after as long as the server asks, else after ever longer waits.</summary>
/// <param name="options">How often, and by which clock.</param>
/// <param name="logger">Where each new try is reported.</param>
internal sealed class HubRetry(HubOptions options, ILogger logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(5);

    /// <summary>Does the work until it is done.</summary>
    /// <param name="attempt">One try.</param>
    /// <param name="retries">How many tries without getting on may follow the first.</param>
    /// <param name="cancellationToken">Ends tries and waits.</param>
    /// <param name="unreachableRetries">How many of them where nobody answers.</param>
    /// <exception cref="HubException">No try is left, or it cannot be mended by one.</exception>
    public async Task<T> ExecuteAsync<T>(
        Func<CancellationToken, Task<T>> attempt, int retries, CancellationToken cancellationToken, int unreachableRetries = int.MaxValue)
    {
        int failures = 0;
        bool IsWorthAnother(TransientException error)
        {
            failures = error.GotOn ? 1 : failures + 1;
            return failures <= (error.Failure.Failure == HubFailure.Network ? Math.Min(retries, unreachableRetries) : retries);
        }
        var strategy = new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is TransientException error && IsWorthAnother(error)),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstDelay,
            MaxDelay = LongestDelay,
            DelayGenerator = arguments => ValueTask.FromResult(Wish(arguments.Outcome.Exception)),
            OnRetry = arguments =>
            {
                logger.LogWarning(
                    "{Failure} Trying again in {Seconds:0.0} s.", arguments.Outcome.Exception?.Message, arguments.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        };
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddRetry(strategy).Build();
        try
        {
            return await pipeline.ExecuteAsync(
                async token => await attempt(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (TransientException error)
        {
            throw error.Failure;
        }
    }

    private static TimeSpan? Wish(Exception? error) =>
        error is TransientException { RetryAfter: { } wish } ? TimeSpan.FromTicks(Math.Min(wish.Ticks, LongestWish.Ticks)) : null;
}
