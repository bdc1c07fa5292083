using System.Buffers.Binary;
using NLayer;

namespace Timbre.Audio.Decoders;

/// <summary>MPEG audio (MP3, and layers I and II) by NLayer's frame decoder, without the silence that encoder and decoder add.</summary>
internal sealed class Mp3Decoder : AudioDecoder
{
    private const string Name = "mp3";

    /// <summary>Samples by which the synthesis filter and the transform delay the signal; LAME's tag leaves them out.</summary>
    private const int DecoderDelay = 529;

    /// <summary>Frames decoded before a place that is jumped to: layer III borrows bits from up to 511 bytes before it.</summary>
    private const int PreRoll = 10;

    private readonly Stream _stream;
    private readonly Mp3FrameReader _frames;
    private readonly MpegFrameDecoder _decoder = new();
    private readonly long _firstFrame;
    private readonly int _samplesPerFrame;
    private readonly long? _length;
    private readonly int _delay;
    private readonly float[] _decoded = new float[2304];
    private int _decodedStart;
    private int _decodedEnd;
    private long _skip;
    private long _left;

    private Mp3Decoder(Stream stream, Mp3FrameReader frames, long firstFrame, XingHeader? xing, AudioInput input)
        : base(input, Name, frames.SampleRate, frames.Header.Channels)
    {
        _stream = stream;
        _frames = frames;
        _firstFrame = firstFrame;
        _samplesPerFrame = frames.SampleCount;
        _delay = xing is { Delay: > 0 } ? xing.Delay + DecoderDelay : 0;
        _length = xing is { Frames: > 0 } ? Math.Max((xing.Frames * _samplesPerFrame) - xing.Delay - xing.Padding, 0) : null;
        _skip = _delay;
        _left = _length is { } length && xing!.Delay > 0 ? length : long.MaxValue;
    }

    /// <summary>Takes over the stream.</summary>
    /// <exception cref="AudioFormatException">There is no frame in it.</exception>
    public static Mp3Decoder Open(Stream stream, AudioInput input)
    {
        Mp3FrameReader.SkipTags(stream);
        var frames = new Mp3FrameReader(stream);
        if (!frames.TryFindFirst())
            throw new AudioFormatException($"{input}: no MPEG audio frame was found");

        var first = stream.Position;
        if (!frames.TryRead())
            throw new AudioFormatException($"{input}: an MPEG audio file that ends within its first frame");
        var xing = XingHeader.Parse(frames);
        if (xing is null)
            stream.Position = first;
        return new Mp3Decoder(stream, frames, stream.Position, xing, input);
    }

    /// <inheritdoc/>
    public override long? CountFrames()
    {
        if (_length is not null)
            return _length;
        var position = _stream.Position;
        _stream.Position = _firstFrame;
        var count = 0L;
        while (_frames.TryRead(headerOnly: true))
            count++;
        _stream.Position = position;
        return count * _samplesPerFrame;
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        var sample = frame + _delay;
        var whole = Math.Max((sample / _samplesPerFrame) - PreRoll, 0);
        _stream.Position = _firstFrame;
        for (var i = 0L; i < whole && _frames.TryRead(headerOnly: true); i++)
        {
        }
        _skip = sample - (whole * _samplesPerFrame);
        if (_left != long.MaxValue)
            _left = Math.Max(_length!.Value - frame, 0);
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        var written = 0;
        while (written < interleaved.Length && _left > 0)
        {
            if (_decodedStart == _decodedEnd && !DecodeFrame())
                break;
            var skipped = (int)Math.Min(_skip, (_decodedEnd - _decodedStart) / Channels);
            _skip -= skipped;
            _decodedStart += skipped * Channels;

            var count = Math.Min(_decodedEnd - _decodedStart, interleaved.Length - written);
            count = (int)Math.Min(count / Channels, _left) * Channels;
            _decoded.AsSpan(_decodedStart, count).CopyTo(interleaved[written..]);
            _decodedStart += count;
            written += count;
            if (_left != long.MaxValue)
                _left -= count / Channels;
        }
        return written;
    }

    /// <summary>Decodes the next frame that can be; those whose borrowed bits are lost are passed over.</summary>
    private bool DecodeFrame()
    {
        while (_frames.TryRead())
        {
            try
            {
                (_decodedStart, _decodedEnd) = (0, _decoder.DecodeFrame(_frames, _decoded, 0));
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // A damaged frame fails in any way within the decoder; the next one starts afresh.
                _decoder.Reset();
                continue;
            }
            MatchChannels();
            if (_decodedEnd > 0)
                return true;

            // Behind a jump the first frames lack the bits that they borrow; they count as frames that are skipped.
            if (_skip >= _samplesPerFrame)
                _skip -= _samplesPerFrame;
        }
        return false;
    }

    /// <summary>Gives a frame the channels of the first one.</summary>
    private void MatchChannels()
    {
        var channels = _frames.Header.Channels;
        if (channels == Channels)
            return;
        if (Channels == 1)
        {
            _decodedEnd /= 2;
            for (var i = 0; i < _decodedEnd; i++)
                _decoded[i] = (_decoded[2 * i] + _decoded[(2 * i) + 1]) / 2;
            return;
        }
        for (var i = _decodedEnd - 1; i >= 0; i--)
            _decoded[2 * i] = _decoded[(2 * i) + 1] = _decoded[i];
        _decodedEnd *= 2;
    }

    /// <summary>What an encoder writes into a first frame without sound: how many follow, and what it added at the ends.</summary>
    private sealed record XingHeader(long Frames, int Delay, int Padding)
    {
        private const uint HasFrames = 1, HasBytes = 2, HasTable = 4, HasQuality = 8;

        public static XingHeader? Parse(Mp3FrameReader reader)
        {
            var frame = reader.Frame;
            var vbri = frame.Length >= 54 ? frame[36..] : default;
            if (vbri.StartsWith("VBRI"u8))
                return new XingHeader(BinaryPrimitives.ReadUInt32BigEndian(vbri[14..]), 0, 0);
            var start = Mp3Header.Size + reader.Header.SideInformationLength;
            if (reader.Layer != MpegLayer.LayerIII || frame.Length < start + 8)
                return null;
            var tag = frame[start..];
            if (!tag.StartsWith("Xing"u8) && !tag.StartsWith("Info"u8))
                return null;

            var flags = BinaryPrimitives.ReadUInt32BigEndian(tag[4..]);
            tag = tag[8..];
            long frames = 0;
            foreach (var (flag, size) in new[] { (HasFrames, 4), (HasBytes, 4), (HasTable, 100), (HasQuality, 4) })
            {
                if ((flags & flag) == 0)
                    continue;
                if (tag.Length < size)
                    return new XingHeader(frames, 0, 0);
                if (flag == HasFrames)
                    frames = BinaryPrimitives.ReadUInt32BigEndian(tag);
                tag = tag[size..];
            }

            // LAME and libavformat: a name of 9 bytes, 12 bytes of other things, then twelve bits of delay and twelve of padding.
            return tag.Length < 24 || tag[0] == 0
                ? new XingHeader(frames, 0, 0)
                : new XingHeader(frames, (tag[21] << 4) | (tag[22] >> 4), ((tag[22] & 15) << 8) | tag[23]);
        }
    }
}
