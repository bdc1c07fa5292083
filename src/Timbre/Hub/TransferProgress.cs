namespace Timbre.Hub;

/// <summary>Sums the bytes of files that are transferred side by side, and reports one after the other, not at every byte.</summary>
internal sealed class TransferProgress
{
    private const long Step = 1 << 19;

    private readonly Lock _lock = new();
    private readonly string _repository;
    private readonly IProgress<HubProgress>? _progress;
    private readonly long _size;
    private long _bytes;

    /// <summary>Begins with nothing transferred.</summary>
    public TransferProgress(string repository, long size, IProgress<HubProgress>? progress) =>
        (_repository, _size, _progress) = (repository, size, progress);

    /// <summary>Takes the bytes of one file that are there; called by one thread at a time for each file.</summary>
    public Action<long> Of(string file, long size)
    {
        long known = 0, reported = -1;
        return bytes =>
        {
            lock (_lock)
            {
                _bytes += bytes - known;
                known = bytes;
                bool isSmallStep = reported >= 0 && bytes > reported && bytes < reported + Step && bytes < size;
                if (_progress is null || bytes == reported || isSmallStep)
                    return;
                reported = bytes;
                _progress.Report(new HubProgress(_repository, file, bytes, size, _bytes, _size));
            }
        };
    }
}
