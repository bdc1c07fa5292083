using System.Buffers.Binary;

namespace Timbre.Audio.Decoders;

/// <summary>
/// Checks the headers of a Vorbis stream (Vorbis I specification, sections 3 and 4) before NVorbis reads them: it believes every count
/// that they state, and loops for ever over code lengths that are cut off.
/// </summary>
internal static class VorbisHeaders
{
    private const int HeaderPackets = 3, PageHeaderSize = 27;

    /// <summary>Far beyond what encoders write: 16 MiB of headers, a million codes and 16 million values in their tables.</summary>
    private const int MaximumHeaderBytes = 1 << 24, MaximumCodes = 1 << 20, MaximumValues = 1 << 24;

    private const uint CodebookSync = 0x564342;
    private const int LongestCode = 32;

    /// <summary>Reads the headers from the start of the stream.</summary>
    /// <exception cref="InvalidDataException">They are cut off, or ask for more than a stream needs.</exception>
    public static void Check(Stream stream)
    {
        var packets = ReadPackets(stream);
        CheckComments(packets[1]);
        CheckCodebooks(packets[2]);
    }

    private static List<byte[]> ReadPackets(Stream stream)
    {
        var packets = new List<byte[]>();
        var packet = new List<byte>();
        Span<byte> page = stackalloc byte[PageHeaderSize + 255];
        uint? serial = null;
        while (true)
        {
            stream.ReadExactly(page[..PageHeaderSize]);
            if (!page.StartsWith("OggS"u8))
                throw new InvalidDataException("a page is missing among the headers");
            var sizes = page.Slice(PageHeaderSize, page[26]);
            stream.ReadExactly(sizes);
            var pageSerial = BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);
            serial ??= pageSerial;
            foreach (var size in sizes)
            {
                var segment = new byte[size];
                stream.ReadExactly(segment);
                if (pageSerial != serial)
                    continue;
                packet.AddRange(segment);
                if (packet.Count > MaximumHeaderBytes)
                    throw new InvalidDataException("the headers do not end");
                if (size == 255)
                    continue;
                packets.Add([.. packet]);
                packet.Clear();
                if (packets.Count == HeaderPackets)
                    return packets;
            }
        }
    }

    private static void CheckComments(byte[] packet)
    {
        var bits = new BitReader(packet, 7);
        bits.Skip(8L * bits.Read(32));
        var count = bits.Read(32);
        for (var i = 0u; i < count; i++)
            bits.Skip(8L * bits.Read(32));
    }

    private static void CheckCodebooks(byte[] packet)
    {
        var bits = new BitReader(packet, 7);
        long codes = 0, values = 0;
        for (var left = bits.Read(8) + 1; left > 0; left--)
        {
            if (bits.Read(24) != CodebookSync)
                throw new InvalidDataException("a codebook is missing");
            long dimensions = bits.Read(16), entries = bits.Read(24);
            codes += entries;
            if (codes > MaximumCodes || (dimensions == 0 && entries > 0))
                throw new InvalidDataException("the codebooks are too large");
            SkipLengths(bits, (int)entries);
            var lookup = bits.Read(4);
            if (lookup == 0)
                continue;
            values += entries * dimensions;
            if (lookup > 2 || entries == 0 || values > MaximumValues)
                throw new InvalidDataException("the codebooks' values are too many");
            bits.Skip(64);
            var width = bits.Read(4) + 1;
            bits.Skip(1 + (width * (lookup == 1 ? Root(entries, dimensions) : entries * dimensions)));
        }
    }

    private static void SkipLengths(BitReader bits, int entries)
    {
        if (bits.Read(1) == 1)
        {
            var length = bits.Read(5) + 1;
            for (var i = 0; i < entries; length++)
            {
                var width = 32 - int.LeadingZeroCount(entries - i);
                i += (int)bits.Read(width);
                if (i > entries || length > LongestCode)
                    throw new InvalidDataException("code lengths do not fit their codebook");
            }
            return;
        }
        var isSparse = bits.Read(1) == 1;
        for (var i = 0; i < entries; i++)
        {
            if (!isSparse || bits.Read(1) == 1)
                bits.Skip(5);
        }
    }

    /// <summary>The greatest integer whose power of that many dimensions is at most the number of entries.</summary>
    private static long Root(long entries, long dimensions)
    {
        var root = (long)Math.Floor(Math.Exp(Math.Log(entries) / dimensions));
        return Math.Pow(root + 1, dimensions) <= entries ? root + 1 : root;
    }

    /// <summary>Bits from the lowest of each byte on.</summary>
    private sealed class BitReader(byte[] bytes, int start)
    {
        private long _position = 8L * start;

        public uint Read(int count)
        {
            var first = _position;
            Skip(count);
            var value = 0u;
            for (var i = 0; i < count; i++)
                value |= (uint)((bytes[(first + i) >> 3] >> (int)((first + i) & 7)) & 1) << i;
            return value;
        }

        public void Skip(long count)
        {
            _position += count;
            if (_position > 8L * bytes.Length)
                throw new InvalidDataException("the headers are cut off");
        }
    }
}
