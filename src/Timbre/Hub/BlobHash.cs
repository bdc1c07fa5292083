using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Timbre.Hub;

/// <summary>
/// The hash that names a content: SHA-256 of the bytes for files in LFS, else that of git's object, SHA-1 over <c>blob {length}</c>, a zero
/// and the bytes.
/// </summary>
internal sealed class BlobHash : IDisposable
{
    private const int BufferLength = 1 << 18;

    private readonly IncrementalHash _hash;
    private readonly byte[] _prefix;

    private BlobHash(HashAlgorithmName algorithm, string prefix)
    {
        (_hash, _prefix) = (IncrementalHash.CreateHash(algorithm), Encoding.ASCII.GetBytes(prefix));
        Add(_prefix);
    }

    /// <summary>The hash for a file of this length whose name is of this kind.</summary>
    // SHA-1 is git's choice: it tells a broken transfer, not a forger.
    public static BlobHash Create(bool isLfs, long length) => isLfs
        ? new BlobHash(HashAlgorithmName.SHA256, "")
        : new BlobHash(HashAlgorithmName.SHA1, string.Create(CultureInfo.InvariantCulture, $"blob {length}\0"));

    /// <summary>Counts in further bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Counts in the next bytes of a stream.</summary>
    public async Task AddAsync(Stream stream, long length, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (length > 0)
            {
                int count = (int)Math.Min(buffer.Length, length);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                Add(buffer.AsSpan(0, count));
                length -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Forgets the bytes that were counted in.</summary>
    public void Restart()
    {
        _hash.GetHashAndReset();
        Add(_prefix);
    }

    /// <summary>The hash in hexadecimal digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
