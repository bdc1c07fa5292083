using System.Buffers;

namespace Timbre.Hub;

/// <summary>A part of a file as a body.</summary>
internal sealed class FileContent : WatchedContent
{
    private const int BufferLength = 1 << 18;

    private readonly UploadFile _file;
    private readonly long _from, _length;
    private readonly Action<long> _report;

    /// <summary>A part of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">Where the part begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="report">Told how many bytes of the file have been sent.</param>
    public FileContent(UploadFile file, long from, long length, Action<long> report) : base("application/octet-stream")
    {
        (_file, _from, _length, _report) = (file, from, length, report);
        SetType();
        Headers.ContentLength = length;
    }

    /// <inheritdoc/>
    protected override async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        FileStream file = _file.Open();
        try
        {
            file.Position = _from;
            for (long left = _length; left > 0;)
            {
                int count = (int)Math.Min(buffer.Length, left);
                await file.ReadExactlyAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                left -= count;
                Moved?.Invoke();
                _report(_from + _length - left);
            }
        }
        finally
        {
            await file.DisposeAsync().ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
