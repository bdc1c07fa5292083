using NVorbis;

namespace Timbre.Audio.Decoders;

/// <summary>Ogg Vorbis by NVorbis.</summary>
internal sealed class VorbisDecoder : AudioDecoder
{
    private const string Name = "vorbis";
    private const long PreRollSeconds = 10;

    private readonly VorbisReader _reader;

    private VorbisDecoder(VorbisReader reader, AudioInput input) : base(input, Name, reader.SampleRate, reader.Channels) =>
        _reader = reader;

    /// <summary>Takes over the stream.</summary>
    public static VorbisDecoder Open(Stream stream, AudioInput input) =>
        Guard(input, Name, () =>
        {
            var mended = OggTail.Mend(stream);
            VorbisHeaders.Check(mended);
            mended.Position = 0;
            return new VorbisDecoder(new VorbisReader(mended) { ClipSamples = false }, input);
        });

    /// <inheritdoc/>
    public override long? CountFrames() => Guard(Input, Name, () => _reader.TotalSamples);

    /// <inheritdoc/>
    public override void Seek(long frame) => Guard(Input, Name, () =>
    {
        // NVorbis cannot stand at the end, nor goes to every place of the last page: it jumps to some way before.
        var near = Math.Min(frame, _reader.TotalSamples) - (PreRollSeconds * SampleRate);
        if (near > 0)
            _reader.SeekTo(near);
        Discard(frame - Math.Max(near, 0));
        return 0;
    });

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        var written = 0;
        while (written < interleaved.Length && _reader.ReadSamples(interleaved[written..]) is > 0 and var read)
            written += read;
        return written;
    }
}
