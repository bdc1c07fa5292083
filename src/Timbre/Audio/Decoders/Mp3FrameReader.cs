using System.Buffers.Binary;
using NLayer;

namespace Timbre.Audio.Decoders;

/// <summary>
/// Walks over the frames of an MPEG audio stream, from tag to tag and past what is damaged. One frame is held at a time: NLayer's own
/// reader keeps a list of all of them, and fails on streams of some hours.
/// </summary>
internal sealed class Mp3FrameReader(Stream stream) : IMpegFrame
{
    /// <summary>Farthest that the first frame may stand behind the tags.</summary>
    private const int MaximumLead = 1 << 16;

    private readonly byte[] _frame = new byte[4096];
    private Mp3Header _first;
    private Mp3Header _header;
    private int _bit;

    /// <summary>The frame just read.</summary>
    public Mp3Header Header => _header;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Frame => _frame.AsSpan(0, _header.FrameLength);

    /// <inheritdoc/>
    public int SampleRate => _header.SampleRate;

    /// <inheritdoc/>
    public int SampleRateIndex => _header.SampleRateIndex;

    /// <inheritdoc/>
    public int FrameLength => _header.FrameLength;

    /// <inheritdoc/>
    public int BitRate => _header.BitRate;

    /// <inheritdoc/>
    public MpegVersion Version => _header.Version;

    /// <inheritdoc/>
    public MpegLayer Layer => _header.Layer;

    /// <inheritdoc/>
    public MpegChannelMode ChannelMode => _header.ChannelMode;

    /// <inheritdoc/>
    public int ChannelModeExtension => _header.ChannelModeExtension;

    /// <inheritdoc/>
    public int SampleCount => _header.SampleCount;

    /// <inheritdoc/>
    public int BitRateIndex => _header.BitRateIndex;

    /// <inheritdoc/>
    public bool IsCopyrighted => false;

    /// <inheritdoc/>
    public bool HasCrc => _header.HasChecksum;

    /// <inheritdoc/>
    public bool IsCorrupted => false;

    /// <summary>Goes behind the ID3v2 tags at the start; gives the position.</summary>
    public static long SkipTags(Stream stream)
    {
        Span<byte> tag = stackalloc byte[10];
        var position = 0L;
        while (true)
        {
            stream.Position = position;
            if (stream.ReadAtLeast(tag, 10, throwOnEndOfStream: false) < 10 || !tag.StartsWith("ID3"u8))
                break;
            var hasFooter = (tag[5] & 0x10) != 0;
            position += 10 + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]) + (hasFooter ? 10 : 0);
        }
        return stream.Position = position;
    }

    /// <summary>Finds the first frame, one that another of its kind follows (or the end), from where the stream stands.</summary>
    public bool TryFindFirst()
    {
        var start = stream.Position;
        var window = new byte[MaximumLead + Mp3Header.Size];
        var count = stream.ReadAtLeast(window, window.Length, throwOnEndOfStream: false);
        for (var i = 0; i + Mp3Header.Size <= count; i++)
        {
            var header = new Mp3Header(BinaryPrimitives.ReadUInt32BigEndian(window.AsSpan(i)));
            if (!header.IsValid || !IsFollowed(start + i, header))
                continue;
            _first = header;
            stream.Position = start + i;
            return true;
        }
        return false;
    }

    /// <summary>Reads the next whole frame, past damage; false at the end.</summary>
    /// <param name="headerOnly">Whether the frame's content is passed over.</param>
    public bool TryRead(bool headerOnly = false)
    {
        while (TryReadHeader())
        {
            var rest = _header.FrameLength - Mp3Header.Size;
            if (headerOnly)
            {
                if (stream.Position + rest > stream.Length)
                    return false;
                stream.Position += rest;
                return true;
            }
            BinaryPrimitives.WriteUInt32BigEndian(_frame, _header.Bits);
            return stream.ReadAtLeast(_frame.AsSpan(Mp3Header.Size, rest), rest, throwOnEndOfStream: false) == rest;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Reset() => _bit = (Mp3Header.Size + (HasCrc ? 2 : 0)) * 8;

    /// <inheritdoc/>
    public int ReadBits(int bitCount)
    {
        if (_bit + bitCount > _header.FrameLength * 8)
            return -1;
        var value = 0;
        for (var left = bitCount; left > 0;)
        {
            var available = 8 - (_bit & 7);
            var taken = Math.Min(available, left);
            value = (value << taken) | ((_frame[_bit >> 3] >> (available - taken)) & ((1 << taken) - 1));
            _bit += taken;
            left -= taken;
        }
        return value;
    }

    /// <summary>Reads the header that stands here, or else the next one that another follows.</summary>
    private bool TryReadHeader()
    {
        Span<byte> bytes = stackalloc byte[Mp3Header.Size];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            return false;
        var header = new Mp3Header(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        while (!header.Fits(_first))
        {
            var next = stream.ReadByte();
            if (next < 0)
                return false;
            header = new Mp3Header((header.Bits << 8) | (uint)next);
            if (header.Fits(_first) && !IsFollowed(stream.Position - Mp3Header.Size, header))
                header = default;
        }
        _header = header;
        return true;
    }

    /// <summary>Whether another frame, or the end, stands where this one ends; leaves the stream behind this one's header.</summary>
    private bool IsFollowed(long position, Mp3Header header)
    {
        Span<byte> bytes = stackalloc byte[Mp3Header.Size];
        stream.Position = position + header.FrameLength;
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        stream.Position = position + Mp3Header.Size;
        if (read < bytes.Length)
            return read == 0 && position + header.FrameLength == stream.Length;
        return bytes.StartsWith("TAG"u8) || new Mp3Header(BinaryPrimitives.ReadUInt32BigEndian(bytes)).Fits(header);
    }
}
