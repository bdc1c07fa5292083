using System.Buffers.Binary;

namespace Timbre.Audio.Decoders;

/// <summary>
/// Makes the last page of a cut Ogg file whole (RFC 3533), so that the packets that are there can be decoded: it keeps the whole ones,
/// ends the stream and gets a new checksum. Readers drop such a page otherwise, with up to some seconds of audio.
/// </summary>
internal static class OggTail
{
    private const int HeaderSize = 27, LongestPage = HeaderSize + 255 + (255 * 255);
    private const byte EndOfStream = 4;

    private static readonly uint[] ChecksumTable = BuildChecksumTable();

    /// <summary>The stream itself, or one that ends in a mended page.</summary>
    public static Stream Mend(Stream stream)
    {
        var start = Math.Max(stream.Length - LongestPage, 0);
        var tail = new byte[stream.Length - start];
        stream.Position = start;
        stream.ReadExactly(tail);
        stream.Position = 0;

        var last = tail.AsSpan().LastIndexOf("OggS"u8);
        if (last < 0 || IsWhole(tail.AsSpan(last)))
            return stream;
        return new MendedStream(stream, start + last, WholePackets(tail.AsSpan(last)));
    }

    /// <summary>Writes a page's checksum.</summary>
    public static void Sign(Span<byte> page)
    {
        page.Slice(22, 4).Clear();
        var checksum = 0u;
        foreach (var value in page)
            checksum = (checksum << 8) ^ ChecksumTable[(checksum >> 24) ^ value];
        BinaryPrimitives.WriteUInt32LittleEndian(page[22..], checksum);
    }

    private static bool IsWhole(ReadOnlySpan<byte> page)
    {
        if (page.Length < HeaderSize || page.Length < HeaderSize + page[26])
            return false;
        var length = HeaderSize + page[26];
        foreach (var size in page.Slice(HeaderSize, page[26]))
            length += size;
        return page.Length >= length;
    }

    /// <summary>The page with those of its packets that end within the file; empty where there is none.</summary>
    private static byte[] WholePackets(ReadOnlySpan<byte> page)
    {
        if (page.Length < HeaderSize || page.Length < HeaderSize + page[26])
            return [];
        var sizes = page.Slice(HeaderSize, page[26]);
        var body = page[(HeaderSize + sizes.Length)..];
        int segments = 0, length = 0, end = 0;
        for (var i = 0; i < sizes.Length && (end += sizes[i]) <= body.Length; i++)
        {
            // A size of 255 goes on in the next segment.
            if (sizes[i] < 255)
                (segments, length) = (i + 1, end);
        }
        if (segments == 0)
            return [];

        byte[] mended = [.. page[..HeaderSize], .. sizes[..segments], .. body[..length]];
        mended[5] |= EndOfStream;
        mended[26] = (byte)segments;
        Sign(mended);
        return mended;
    }

    private static uint[] BuildChecksumTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i << 24;
            for (var bit = 0; bit < 8; bit++)
                value = (value << 1) ^ ((value >> 31) * 0x04C11DB7);
            table[i] = value;
        }
        return table;
    }

    /// <summary>The first bytes of a stream, then others.</summary>
    private sealed class MendedStream(Stream head, long headLength, byte[] tail) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => headLength + tail.Length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (Position < headLength)
            {
                head.Position = Position;
                var read = head.Read(buffer[..(int)Math.Min(buffer.Length, headLength - Position)]);
                Position += read;
                return read;
            }
            var rest = tail.AsSpan((int)Math.Min(Position - headLength, tail.Length));
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            Position += rest.Length;
            return rest.Length;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                head.Dispose();
            base.Dispose(disposing);
        }
    }
}
