using System.Buffers.Binary;

namespace Timbre.Audio.Encoders;

/// <summary>
/// Raw samples, or a WAV file. Where the length is not known at first and the stream cannot go back, the sizes stay open.
/// </summary>
internal sealed class PcmEncoder : AudioEncoder
{
    private readonly Stream _target;
    private readonly SampleFormat _format;
    private readonly bool _hasHeader;
    private readonly int _sampleRate;
    private readonly int _channels;
    private readonly bool _ownsTarget;
    private readonly long _start;
    private long _samples;

    /// <summary>Writes the header.</summary>
    /// <param name="target">Where the bytes go.</param>
    /// <param name="format">How samples are stored.</param>
    /// <param name="hasHeader">Whether it is a WAV file.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="expectedSamples">How many samples will come, where that is known.</param>
    /// <param name="ownsTarget">Whether the stream is closed with this.</param>
    public PcmEncoder(
        Stream target, SampleFormat format, bool hasHeader, int sampleRate, int channels, long? expectedSamples = null,
        bool ownsTarget = false)
        : base(format)
    {
        (_target, _format, _hasHeader, _sampleRate, _channels, _ownsTarget) = (target, format, hasHeader, sampleRate, channels, ownsTarget);
        _start = target.CanSeek ? target.Position : 0;
        if (hasHeader)
            WriteHeader(expectedSamples);
    }

    /// <inheritdoc/>
    protected override Stream Target => _target;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> samples)
    {
        base.Write(samples);
        _samples += samples.Length;
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_hasHeader && (_samples * SampleFormats.Size(_format)) % 2 == 1)
            _target.WriteByte(0);
        if (_hasHeader && _target.CanSeek)
        {
            var end = _target.Position;
            _target.Position = _start;
            WriteHeader(_samples);
            _target.Position = end;
        }
        _target.Flush();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_ownsTarget)
            _target.Dispose();
    }

    /// <summary>Sizes beyond 4 GiB, and unknown ones, are written as 0xFFFFFFFF: readers go on to the end.</summary>
    private void WriteHeader(long? samples)
    {
        var size = SampleFormats.Size(_format);
        var isFloat = SampleFormats.Tag(_format) != 1;
        var length = isFloat ? 58 : 44;
        var data = samples * size;
        Span<byte> header = stackalloc byte[length];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Bounded(data + (data % 2) + length - 8));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], isFloat ? 18 : 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], SampleFormats.Tag(_format));
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)_channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], _sampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Bounded((long)_sampleRate * _channels * size));
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], (ushort)(_channels * size));
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], (ushort)(8 * size));
        if (isFloat)
        {
            "fact"u8.CopyTo(header[38..]);
            BinaryPrimitives.WriteInt32LittleEndian(header[42..], 4);
            BinaryPrimitives.WriteUInt32LittleEndian(header[46..], Bounded(samples / _channels));
        }
        "data"u8.CopyTo(header[^8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[^4..], Bounded(data));
        _target.Write(header);
    }

    private static uint Bounded(long? value) => value is >= 0 and < uint.MaxValue ? (uint)value : uint.MaxValue;
}
