using System.Buffers.Binary;
using System.Text;

namespace Timbre.Audio.Decoders;

/// <summary>Tells what a file holds by its first bytes, never by its name.</summary>
internal static class ContentSniffer
{
    private static readonly string[] WavMagics = ["RIFF", "RIFX", "RF64", "BW64"];

    /// <summary>What decodes the file; <see cref="ContentKind.Other"/> is ffmpeg's to find out.</summary>
    public static ContentKind Detect(Stream stream)
    {
        Span<byte> start = stackalloc byte[64];
        stream.Position = 0;
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length == 0)
            return ContentKind.Empty;
        if (start.Length >= 12 && start[8..].StartsWith("WAVE"u8) && WavMagics.Contains(Encoding.Latin1.GetString(start[..4])))
            return ContentKind.Wav;
        if (start.StartsWith("OggS"u8))
            return start.IndexOf("\u0001vorbis"u8) >= 28 ? ContentKind.Vorbis : ContentKind.Other;
        if (start.StartsWith("ID3"u8))
            return DetectTagged(stream);
        return IsMp3Frame(start) && FirstFrameIsAt(stream, 0) ? ContentKind.Mp3 : ContentKind.Other;
    }

    /// <summary>An ID3 tag stands before MP3 as a rule, but before FLAC, AAC and others at times.</summary>
    private static ContentKind DetectTagged(Stream stream)
    {
        Span<byte> start = stackalloc byte[Mp3Header.Size];
        var position = Mp3FrameReader.SkipTags(stream);
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            return ContentKind.Mp3;
        var isAdts = start[0] == 0xFF && (start[1] & 0xF6) == 0xF0;
        if (start.SequenceEqual("fLaC"u8) || isAdts)
            return ContentKind.Other;
        stream.Position = position;
        return new Mp3FrameReader(stream).TryFindFirst() ? ContentKind.Mp3 : ContentKind.Other;
    }

    private static bool IsMp3Frame(ReadOnlySpan<byte> start) =>
        start.Length >= Mp3Header.Size && new Mp3Header(BinaryPrimitives.ReadUInt32BigEndian(start)).IsValid;

    private static bool FirstFrameIsAt(Stream stream, long position)
    {
        stream.Position = position;
        return new Mp3FrameReader(stream).TryFindFirst() && stream.Position == position;
    }
}
