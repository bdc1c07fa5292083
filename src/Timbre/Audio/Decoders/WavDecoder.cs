namespace Timbre.Audio.Decoders;

/// <summary>Reads the samples of a WAV file or pipe at full precision.</summary>
internal sealed class WavDecoder : AudioDecoder
{
    private const int BlockBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly WavHeader _header;
    private readonly SampleFormat _format;
    private byte[] _block = [];
    private long _left;

    /// <summary>Takes over the stream, which stands at the first sample.</summary>
    public WavDecoder(Stream stream, WavHeader header, AudioInput input, string format = "wav")
        : base(input, format, header.SampleRate, header.Channels)
    {
        _stream = stream;
        _header = header;
        _format = header.Format ?? throw new ArgumentException($"WAV format 0x{header.Tag:X4} has no samples of its own", nameof(header));
        _left = header.DataLength / header.BlockAlign * header.BlockAlign;
    }

    /// <inheritdoc/>
    public override long? CountFrames() =>
        _header.DataLength == long.MaxValue ? null : _header.DataLength / _header.BlockAlign;

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        var frames = _header.DataLength / _header.BlockAlign;
        frame = Math.Min(frame, frames);
        _stream.Position = _header.DataStart + (frame * _header.BlockAlign);
        _left = (frames - frame) * _header.BlockAlign;
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        var size = SampleFormats.Size(_format);
        var written = 0;
        while (written < interleaved.Length && _left > 0)
        {
            var wanted = (int)Math.Min((long)(interleaved.Length - written) * size, _left);
            wanted = Math.Min(wanted, Math.Max(BlockBytes / _header.BlockAlign, 1) * _header.BlockAlign);
            if (_block.Length < wanted)
                _block = new byte[wanted];

            var read = _stream.ReadAtLeast(_block.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            _left = read < wanted ? 0 : _left - read;
            var bytes = _block.AsSpan(0, read / _header.BlockAlign * _header.BlockAlign);
            if (_header.IsBigEndian)
                SampleFormats.Reverse(_format, bytes);
            SampleFormats.Decode(_format, bytes, interleaved.Slice(written, bytes.Length / size));
            written += bytes.Length / size;
        }
        return written;
    }
}
