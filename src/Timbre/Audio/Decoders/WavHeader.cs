using System.Buffers.Binary;
using System.Text;

namespace Timbre.Audio.Decoders;

/// <summary>
/// What stands before the samples of a RIFF, RIFX, RF64 or BW64 file (Microsoft, "Multiple Channel Audio Data and WAVE Files";
/// EBU Tech 3306). Sizes that streaming writers leave open, missing pad bytes and cut files are taken as they come.
/// </summary>
internal sealed record WavHeader
{
    private const ushort ExtensibleTag = 0xFFFE;
    private const int MaximumChunks = 65536;

    /// <summary>Chunk names by which a missing pad byte is told from a chunk.</summary>
    private static readonly HashSet<string> KnownChunks =
    [
        "fmt ", "data", "LIST", "list", "fact", "bext", "cue ", "smpl", "inst", "id3 ", "ID3 ", "JUNK", "junk", "PEAK", "ds64", "iXML",
        "PAD ", "FLLR", "axml", "chna", "cart", "DISP", "acid", "plst", "labl", "note", "umid", "minf", "elm1", "regn", "afsp", "_PMX",
    ];

    /// <summary>How samples are stored; null for a codec that is not ours (<see cref="Tag"/> names it).</summary>
    public SampleFormat? Format { get; private init; }

    /// <summary>The format tag, that of the sub-format in an extensible header.</summary>
    public ushort Tag { get; private init; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; private init; }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; private init; }

    /// <summary>Bytes of a frame.</summary>
    public int BlockAlign { get; private init; }

    /// <summary>Whether numbers are big-endian (RIFX).</summary>
    public bool IsBigEndian { get; private init; }

    /// <summary>Where the samples begin.</summary>
    public long DataStart { get; private init; }

    /// <summary>Bytes of samples, no more than there are; <see cref="long.MaxValue"/> where a pipe does not tell.</summary>
    public long DataLength { get; private init; }

    /// <summary>Reads up to the first sample.</summary>
    /// <param name="stream">A file, or a pipe, which is read only forward.</param>
    /// <param name="input">What the stream reads, for messages.</param>
    /// <exception cref="AudioFormatException">There is no usable fmt chunk before a data chunk.</exception>
    public static WavHeader Read(Stream stream, AudioInput input)
    {
        var reader = new ChunkReader(stream);
        Span<byte> riff = stackalloc byte[12];
        if (!reader.TryRead(riff))
            throw new AudioFormatException($"{input}: a WAV file that ends before its first chunk");
        reader.IsBigEndian = riff[..4].SequenceEqual("RIFX"u8);

        WavHeader? header = null;
        ulong dataSize64 = 0;
        for (var i = 0; i < MaximumChunks && reader.TryReadChunk(out var id, out var size); i++)
        {
            if (id == "data")
            {
                return header is null
                    ? throw new AudioFormatException($"{input}: a WAV file without a fmt chunk before its data chunk")
                    : header with { DataStart = reader.Position, DataLength = reader.DataLength(size, dataSize64) };
            }
            var content = reader.ReadContent(size, id is "fmt " or "ds64" ? 40 : 0);
            if (id == "fmt ")
                header = Parse(content, reader.IsBigEndian, input);
            else if (id == "ds64" && content.Length >= 16)
                dataSize64 = BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(8));
        }
        throw new AudioFormatException($"{input}: a WAV file without a {(header is null ? "fmt" : "data")} chunk");
    }

    private static WavHeader Parse(byte[] fmt, bool isBigEndian, AudioInput input)
    {
        if (fmt.Length < 16)
            throw new AudioFormatException($"{input}: the fmt chunk has {fmt.Length} bytes, at least 16 are needed");
        int Field(int offset) => isBigEndian ? (fmt[offset] << 8) | fmt[offset + 1] : fmt[offset] | (fmt[offset + 1] << 8);

        var rate = isBigEndian ? ((uint)Field(4) << 16) | (uint)Field(6) : (uint)Field(4) | ((uint)Field(6) << 16);
        int channels = Field(2), blockAlign = Field(12), bits = Field(14);
        var tag = (ushort)(Field(0) == ExtensibleTag && fmt.Length >= 26 ? Field(24) : Field(0));
        if (channels == 0)
            throw new AudioFormatException($"{input}: the fmt chunk says 0 channels");
        if (rate is 0 or > AudioDecoder.MaximumSampleRate)
            throw new AudioFormatException($"{input}: the fmt chunk says {rate} Hz; 1 to {AudioDecoder.MaximumSampleRate} are possible");

        // Samples of fewer bits than their container stand at its upper end; the container is told by the size of a frame.
        var bytes = blockAlign % channels == 0 && blockAlign / channels * 8 >= bits ? blockAlign / channels : (bits + 7) / 8;
        var format = SampleFormats.FromTag(tag, bits, bytes);
        if (format is null && SampleFormats.IsOurs(tag))
            throw new AudioFormatException($"{input}: WAV format 0x{tag:X4} with {bits} bits in {bytes} bytes a sample is not possible");
        return new WavHeader
        {
            Format = format,
            Tag = tag,
            Channels = channels,
            SampleRate = (int)rate,
            BlockAlign = bytes * channels,
            IsBigEndian = isBigEndian,
        };
    }

    /// <summary>Walks over chunks, forward only where the stream cannot seek.</summary>
    private sealed class ChunkReader(Stream stream)
    {
        private readonly long _length = stream.CanSeek ? stream.Length : long.MaxValue;
        private bool _wasOdd;

        public bool IsBigEndian { get; set; }

        public long Position { get; private set; }

        public bool TryRead(Span<byte> buffer)
        {
            var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            Position += read;
            return read == buffer.Length;
        }

        public bool TryReadChunk(out string id, out uint size)
        {
            Span<byte> header = stackalloc byte[9];
            (id, size) = ("", 0);
            var lead = _wasOdd ? 1 : 0;
            if (!TryRead(header[..(8 + lead)]))
                return false;
            if (_wasOdd && stream.CanSeek && !IsKnown(header[1..]) && IsKnown(header))
            {
                lead = 0;
                stream.Position = --Position;
            }
            header = header.Slice(lead, 8);
            id = Encoding.Latin1.GetString(header[..4]);
            size = IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(header[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            return true;
        }

        /// <summary>Passes over a chunk; gives its first bytes.</summary>
        public byte[] ReadContent(uint size, int wanted)
        {
            var content = new byte[Math.Min(size, wanted)];
            if (!TryRead(content))
                return [];
            var rest = size - content.Length;
            if (stream.CanSeek)
                stream.Position = Position = Math.Min(Position + rest, _length);
            else
                Skip(rest);
            _wasOdd = size % 2 == 1;
            return content;
        }

        /// <summary>
        /// Writers that cannot go back leave 0, 0xFFFFFFFF (ffmpeg) or about 0x7FFFF000 (sox, arecord) as the size: the data goes on to
        /// the end.
        /// </summary>
        public long DataLength(uint size, ulong size64)
        {
            var there = _length == long.MaxValue ? long.MaxValue : _length - Position;
            if (size == uint.MaxValue && size64 is > 0 and < long.MaxValue)
                return Math.Min((long)size64, there);
            var isOpen = size >= 0xFFFFFF00 || size is > 0x7FFFEF00 and < 0x7FFFF100 || (size == 0 && !IsChunkNext());
            return isOpen ? there : Math.Min(size, there);
        }

        private bool IsChunkNext()
        {
            Span<byte> header = stackalloc byte[8];
            if (!stream.CanSeek)
                return false;
            var isChunk = stream.ReadAtLeast(header, 8, throwOnEndOfStream: false) == 8 && IsKnown(header);
            stream.Position = Position;
            return isChunk;
        }

        private void Skip(long count)
        {
            var buffer = new byte[4096];
            while (count > 0 && TryRead(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length))))
                count -= Math.Min(count, buffer.Length);
        }

        private static bool IsKnown(ReadOnlySpan<byte> header) => KnownChunks.Contains(Encoding.Latin1.GetString(header[..4]));
    }
}
