using Timbre.Generation;
using Xunit;

namespace Timbre.Tests.Generation;

public class InferenceWorkerTests
{
    [Fact]
    public async Task RunsOneRequestAfterTheOtherOnOneThread()
    {
        using var worker = new InferenceWorker("test");
        int[] threads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => worker.RunAsync(_ => Environment.CurrentManagedThreadId, default)));
        Assert.Single(threads.Distinct());
    }

    [Fact]
    public async Task StreamsInOrderAndPassesErrorsOn()
    {
        using var worker = new InferenceWorker("test");
        var seen = new List<int>();
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (int item in worker.StreamAsync(_ => Failing(), default))
                seen.Add(item);
        });
        Assert.Equal("after three", error.Message);
        Assert.Equal([0, 1, 2], seen);

        static IEnumerable<int> Failing()
        {
            for (int i = 0; i < 3; i++)
                yield return i;
            throw new InvalidDataException("after three");
        }
    }

    [Fact]
    public async Task AbandoningAStreamStopsIt()
    {
        using var worker = new InferenceWorker("test");
        bool ended = false;
        await foreach (int item in worker.StreamAsync(Endless, default))
        {
            if (item == 10)
                break;
        }
        Assert.True(ended);
        Assert.Equal(1, await worker.RunAsync(_ => 1, default));

        IEnumerable<int> Endless(CancellationToken token)
        {
            try
            {
                for (int i = 0; ; i++)
                    yield return i;
            }
            finally
            {
                ended = true;
            }
        }
    }

    [Fact]
    public async Task CancellingEndsTheWait()
    {
        using var worker = new InferenceWorker("test");
        using var cancel = new CancellationTokenSource();
        Task<int> running = worker.RunAsync(token =>
        {
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
            return 1;
        }, cancel.Token);
        Task<int> waiting = worker.RunAsync(_ => 2, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task DisposingBreaksOffWhatRunsAndWhatWaits()
    {
        var worker = new InferenceWorker("test");
        using var started = new ManualResetEventSlim();
        Task<int> running = worker.RunAsync(token =>
        {
            started.Set();
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
            return 1;
        }, default);
        Task<int> waiting = worker.RunAsync(_ => 2, default);
        started.Wait(TestContext.Current.CancellationToken);
        worker.Dispose();
        worker.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => running);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => worker.RunAsync(_ => 3, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task DisposingWhileAStreamIsReadEndsTheStream()
    {
        var worker = new InferenceWorker("test");
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            // More items than the channel holds: the thread waits for its reader, which disposes.
            await foreach (int item in worker.StreamAsync(_ => Enumerable.Range(0, int.MaxValue), default))
                await Task.Run(worker.Dispose, TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task TheWorkItselfMayDispose()
    {
        var worker = new InferenceWorker("test");
        Task<int> running = worker.RunAsync(_ =>
        {
            worker.Dispose();
            return 1;
        }, default);
        Assert.Equal(1, await running);
        worker.Dispose();
    }
}
