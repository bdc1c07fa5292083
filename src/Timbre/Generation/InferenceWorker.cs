using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using static TorchSharp.torch;

namespace Timbre.Generation;

/// <summary>
/// The thread that a model lives on. Model code is synchronous and runs here, one request after the other; torch's modes and scopes are
/// per thread, so nothing of them may cross an <c>await</c>. Callers see tasks and asynchronous streams. Disposing breaks off what runs
/// and what waits: those requests end with an <see cref="ObjectDisposedException"/>.
/// </summary>
internal sealed class InferenceWorker : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private bool _disposed;

    /// <summary>Starts the thread.</summary>
    public InferenceWorker(string name)
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Runs a function on the model's thread.</summary>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> function, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                result.SetResult(function(stop.Token));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                result.SetCanceled(cancellationToken);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                result.SetException(Disposed());
            }
            catch (OperationCanceledException cancelled)
            {
                result.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        });
        return result.Task;
    }

    /// <summary>
    /// Enumerates a sequence on the model's thread; the items come over a bounded channel. Abandoning the enumeration stops the sequence
    /// at its next item.
    /// </summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        Func<CancellationToken, IEnumerable<T>> sequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(4) { SingleReader = true, SingleWriter = true });
        Task producer = RunAsync(token => Produce(sequence(token), channel.Writer, token), stop.Token);
        // A request that is cancelled before its turn never reaches Produce.
        _ = producer.ContinueWith(done => channel.Writer.TryComplete(done.Exception?.InnerException), TaskScheduler.Default);
        try
        {
            await foreach (T item in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return item;
            await producer.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the thread, as soon as the work at hand heeds its token.</summary>
    public void Dispose()
    {
        bool first;
        lock (_gate)
        {
            first = !_disposed;
            _disposed = true;
        }
        if (first)
        {
            _closing.Cancel();
            _work.CompleteAdding();
        }
        // From a callback of the work itself there is nothing to wait for.
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private static bool Produce<T>(IEnumerable<T> sequence, ChannelWriter<T> writer, CancellationToken cancellationToken)
    {
        foreach (T item in sequence)
        {
            while (!writer.TryWrite(item))
            {
                // The model's thread may wait: nothing else runs on it.
                if (!writer.WaitToWriteAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
                    return false;
            }
        }
        return true;
    }

    private void Post(Action action)
    {
        lock (_gate)
        {
            if (_disposed)
                throw Disposed();
            _work.Add(action);
        }
    }

    private ObjectDisposedException Disposed() => new(_thread.Name);

    // What the thread uses it gives back itself: it may outlive a call of Dispose that came from its own work.
    private void Loop()
    {
        using (_closing)
        using (_work)
        using (inference_mode())
        {
            foreach (Action action in _work.GetConsumingEnumerable())
                action();
        }
    }
}
