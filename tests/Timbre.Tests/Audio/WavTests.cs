using System.Buffers.Binary;
using CsCheck;
using Timbre.Audio;
using Timbre.Audio.Decoders;
using Timbre.Audio.Encoders;
using Xunit;

namespace Timbre.Tests.Audio;

public class WavTests
{
    /// <summary>Half a step of each format at full scale; those of G.711 are as wide as their last chord.</summary>
    internal static readonly (SampleFormat Format, double Error)[] Formats =
    [
        (SampleFormat.Unsigned8, 1.0 / 256), (SampleFormat.Signed16, 1.0 / 65536), (SampleFormat.Signed24, 1.0 / (1 << 24)),
        (SampleFormat.Signed32, 1e-7), (SampleFormat.Float32, 0), (SampleFormat.Float64, 0), (SampleFormat.ALaw, 0.02), (SampleFormat.MuLaw, 0.02),
    ];

    [Fact]
    public void EveryFormatIsReadAsItWasWritten() =>
        Gen.Select(Gen.Int[0, Formats.Length - 1], Gen.Int[1, 9], Gen.Int[0, 3000], Gen.Bool).Sample((index, channels, frames, isKnown) =>
        {
            var (format, error) = Formats[index];
            var samples = Array.ConvertAll(ResamplerTests.Noise(frames * channels), sample => sample * 0.98f);

            var bytes = Encode(samples, format, 22050, channels, isKnown);
            var (decoded, rate, readChannels) = Decode(bytes);

            Assert.Equal((22050, channels, samples.Length), (rate, readChannels, decoded.Length));
            for (var i = 0; i < samples.Length; i++)
                Assert.Equal(samples[i], decoded[i], error + 1e-7);
            Assert.Equal(bytes, Encode(decoded, format, 22050, channels, isKnown));
        }, iter: 100);

    [Fact]
    public void BytesOfEveryKindGiveSamplesOrAnError() =>
        Gen.Select(Gen.Int[0, 7], Gen.Byte.Array[0, 400], Gen.Select(Gen.Int[0, 60], Gen.Byte).Array[0, 6]).Sample((kind, noise, edits) =>
        {
            byte[] bytes = kind < Formats.Length - 1 ? [.. Encode(ResamplerTests.Noise(40), Formats[kind].Format, 8000, 2, true), .. noise] : noise;
            foreach (var (position, value) in edits.Where(edit => edit.Item1 < bytes.Length))
                bytes[position] = value;
            ReadOrRefuse(bytes);
        }, iter: 3000);

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFF000u)]
    [InlineData(0x7FFFFFFEu)]
    [InlineData(400u)]
    public void SizesThatAreOpenOrTooLargeGoOnToTheEnd(uint size)
    {
        var samples = ResamplerTests.Noise(100);
        var bytes = Encode(samples, SampleFormat.Float32, 16000, 1, true);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(54), size);
        Assert.Equal(samples, Decode(bytes).Samples);
    }

    [Fact]
    public void FileCutAnywhereGivesItsWholeFrames()
    {
        var samples = Array.ConvertAll(ResamplerTests.Noise(60), sample => MathF.Round(sample * 8000) / 32768);
        var bytes = Encode(samples, SampleFormat.Signed16, 16000, 3, true);
        for (var length = 0; length < bytes.Length; length++)
        {
            if (length < 44)
                Assert.Throws<AudioFormatException>(() => Decode(bytes[..length]));
            else
                Assert.Equal(samples[..((length - 44) / 6 * 3)], Decode(bytes[..length]).Samples);
        }
    }

    [Fact]
    public void UnknownFormatTagIsNamed()
    {
        var bytes = Encode([0, 0], SampleFormat.Signed16, 16000, 1, true);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(20), 0x4321);
        Assert.Contains("0x4321", Assert.Throws<AudioFormatException>(() => Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SamplesAreRoundedClippedAndMadeFinite()
    {
        float[] samples = [2, -2, float.NaN, float.PositiveInfinity, 0.6f / 32768, -0.6f / 32768, 1];
        var bytes = new byte[samples.Length * 2];
        SampleFormats.Encode(SampleFormat.Signed16, samples, bytes);
        short[] expected = [32767, -32768, 0, 0, 1, -1, 32767];
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(2 * i)));
    }

    internal static byte[] Encode(float[] samples, SampleFormat format, int rate, int channels, bool isKnown)
    {
        using var stream = new MemoryStream();
        using var encoder = new PcmEncoder(stream, format, true, rate, channels, isKnown ? samples.Length : null);
        encoder.Write(samples);
        encoder.Finish();
        return stream.ToArray();
    }

    internal static (float[] Samples, int Rate, int Channels) Decode(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["x"], bytes);
        return Decode(folder["x"]);
    }

    internal static (float[] Samples, int Rate, int Channels) Decode(string path)
    {
        using var decoder = DecoderFactory.Open(new AudioInput(path, "x"));
        var samples = new List<float>();
        var buffer = new float[decoder.Channels * 500];
        while (decoder.Read(buffer) is > 0 and var read)
            samples.AddRange(buffer.AsSpan(0, read));
        return ([.. samples], decoder.SampleRate, decoder.Channels);
    }

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            var input = new AudioInput("x", "x");
            using var stream = new MemoryStream(bytes);
            var kind = ContentSniffer.Detect(stream);
            if (kind != ContentKind.Wav)
                return;
            stream.Position = 0;
            var header = WavHeader.Read(stream, input);
            if (header.Format is null)
                return;
            using var decoder = new WavDecoder(stream, header, input);
            var buffer = new float[4 * decoder.Channels];
            var total = 0L;
            while (decoder.Read(buffer) is > 0 and var read)
            {
                total += read;
                Assert.All(buffer[..read], sample => Assert.True(float.IsFinite(sample)));
            }
            Assert.Equal(decoder.CountFrames() * decoder.Channels, total);
        }
        catch (AudioFormatException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }
}
