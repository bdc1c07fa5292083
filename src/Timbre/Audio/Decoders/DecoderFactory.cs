namespace Timbre.Audio.Decoders;

/// <summary>Finds the decoder of a file by its content.</summary>
internal static class DecoderFactory
{
    /// <summary>NLayer reads short blocks of MPEG-2.5 at this rate with the wrong Huffman table.</summary>
    private const int MisreadSampleRate = 8000;

    /// <summary>Opens the file at its first sample.</summary>
    /// <exception cref="AudioFormatException">It holds no audio that can be read.</exception>
    public static AudioDecoder Open(AudioInput input)
    {
        var stream = input.Open();
        try
        {
            switch (ContentSniffer.Detect(stream))
            {
                case ContentKind.Empty:
                    throw new AudioFormatException($"{input} is empty");
                case ContentKind.Wav:
                    stream.Position = 0;
                    var header = WavHeader.Read(stream, input);
                    if (header.Format is null)
                    {
                        stream.Dispose();
                        return OpenForeignWav(input, header.Tag);
                    }
                    return new WavDecoder(stream, header, input);
                case ContentKind.Mp3:
                    var mp3 = Mp3Decoder.Open(stream, input);
                    if (mp3.SampleRate != MisreadSampleRate)
                        return mp3;
                    mp3.Dispose();
                    return FFmpegDecoder.Open(input);
                case ContentKind.Vorbis:
                    stream.Position = 0;
                    return VorbisDecoder.Open(stream, input);
                default:
                    stream.Dispose();
                    return FFmpegDecoder.Open(input);
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FFmpegDecoder OpenForeignWav(AudioInput input, ushort tag)
    {
        try
        {
            return FFmpegDecoder.Open(input);
        }
        catch (AudioFormatException error)
        {
            throw new AudioFormatException(
                $"{input}: WAV format tag 0x{tag:X4} is not one that Timbre or ffmpeg decodes ({error.Message})", error);
        }
    }
}
