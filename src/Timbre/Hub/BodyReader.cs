namespace Timbre.Hub;

/// <summary>Reads the body of an answer; one that gives nothing for a while, or breaks, is worth another try.</summary>
internal sealed class BodyReader : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly TimeSpan _stallTimeout;
    private readonly Func<Exception, string?, TransientException> _fail;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _timeout;

    private BodyReader(
        Stream stream, TimeSpan stallTimeout, Func<Exception, string?, TransientException> fail, CancellationToken cancellationToken)
    {
        (_stream, _stallTimeout, _fail, _cancellationToken) = (stream, stallTimeout, fail, cancellationToken);
        _timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Opens the body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="stallTimeout">How long it may give nothing.</param>
    /// <param name="fail">Makes the error to throw of the one that was met and a reason.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<BodyReader> OpenAsync(
        HttpResponseMessage response, TimeSpan stallTimeout, Func<Exception, string?, TransientException> fail,
        CancellationToken cancellationToken) =>
        new(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), stallTimeout, fail, cancellationToken);

    /// <summary>Reads what is there; 0 at the end.</summary>
    /// <exception cref="TransientException">The connection broke or stalled.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        _timeout.CancelAfter(_stallTimeout);
        try
        {
            return await _stream.ReadAsync(buffer, _timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (!_cancellationToken.IsCancellationRequested && error is OperationCanceledException)
        {
            throw _fail(error, $"nothing came for {_stallTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (!_cancellationToken.IsCancellationRequested && error is IOException or HttpRequestException)
        {
            throw _fail(error, null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _timeout.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }
}
