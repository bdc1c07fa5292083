using System.ComponentModel;
using System.Diagnostics;
using Timbre.Audio;
using Xunit;

namespace Timbre.Tests.Audio;

public class AudioWriterTests
{
    private static readonly AudioBuffer Tone = new([.. Enumerable.Range(0, 24000).Select(i => 0.4f * MathF.Sin(i * 0.1f))], 24000);

    private static readonly Lazy<bool> HasFFmpeg = new(() =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ffmpeg", "-version") { RedirectStandardOutput = true });
            return process is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    public static TheoryData<AudioFileFormat> Encoded => [.. Enum.GetValues<AudioFileFormat>().Where(format => format is not AudioFileFormat.Pcm)];

    [Theory]
    [MemberData(nameof(Encoded))]
    public void EveryFormatIsReadBack(AudioFileFormat format)
    {
        Require(format);
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder["a tone"], Tone, new AudioWriteOptions { Format = format });
        Assert.Single(Directory.GetFiles(folder.Path));
        CheckTone(AudioFile.Read(folder["a tone"], 24000));

        using var stream = new MemoryStream();
        AudioFile.Write(stream, Tone, new AudioWriteOptions { Format = format });
        using var source = AudioSource.FromStream(new MemoryStream(stream.ToArray()));
        CheckTone(source.ReadToEnd(24000));
        Assert.InRange(source.Duration!.Value.TotalSeconds, 0.99, 1.1);
    }

    [Theory]
    [MemberData(nameof(Encoded))]
    public void PiecesMakeTheSameFile(AudioFileFormat format)
    {
        Require(format);
        using var stream = new ForwardOnly();
        using (var writer = AudioWriter.Create(stream, 24000, new AudioWriteOptions { Format = format }))
        {
            foreach (var piece in Tone.Samples.Chunk(1234))
                writer.Write(piece);
            writer.Complete();
        }
        using var source = AudioSource.FromStream(new MemoryStream(stream.ToArray()));
        CheckTone(source.ReadToEnd(24000));
    }

    [Theory]
    [InlineData(AudioFileFormat.Wav, AudioSampleType.Int16, 1.0 / 65536)]
    [InlineData(AudioFileFormat.Wav, AudioSampleType.Int24, 1.0 / (1 << 24))]
    [InlineData(AudioFileFormat.Wav, AudioSampleType.Float32, 0)]
    [InlineData(AudioFileFormat.Flac, AudioSampleType.Int16, 1.0 / 65536)]
    [InlineData(AudioFileFormat.Flac, AudioSampleType.Int24, 1.0 / (1 << 24))]
    public void LosslessFormatsKeepTheirBits(AudioFileFormat format, AudioSampleType type, double error)
    {
        Require(format);
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder["x"], Tone, new AudioWriteOptions { Format = format, SampleType = type });
        var read = AudioFile.Read(folder["x"]);
        Assert.Equal(Tone.Samples.Length, read.Samples.Length);
        for (var i = 0; i < read.Samples.Length; i++)
            Assert.Equal(Tone.Samples[i], read.Samples[i], error + 3e-8);
    }

    [Theory]
    [InlineData("x.wav")]
    [InlineData("x.mp3")]
    public void NothingIsLeftOfAFileThatIsNotCompleted(string name)
    {
        Require(AudioFile.FormatOf(Path.GetExtension(name)));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[name], "as it was");
        using (var writer = AudioWriter.Create(folder[name], 24000))
            writer.Write(Tone.Samples);
        Assert.Throws<OperationCanceledException>(() => AudioFile.Write(folder[name], Tone, null, new CancellationToken(true)));
        Assert.Equal("as it was", File.ReadAllText(folder[name]));
        Assert.Single(Directory.GetFiles(folder.Path));

        AudioFile.Write(folder[name], Tone);
        CheckTone(AudioFile.Read(folder[name], 24000));
    }

    /// <summary>Parts of files longer than the way that decoders go back are the parts of the whole.</summary>
    [Theory]
    [InlineData(AudioFileFormat.Wav)]
    [InlineData(AudioFileFormat.Mp3)]
    [InlineData(AudioFileFormat.Ogg)]
    [InlineData(AudioFileFormat.Flac)]
    [InlineData(AudioFileFormat.M4a)]
    public void PartOfALongFileIsThePartOfTheWhole(AudioFileFormat format)
    {
        Require(format);
        using var folder = new TemporaryFolder();
        var sweep = new float[16000 * 60];
        for (var i = 0; i < sweep.Length; i++)
            sweep[i] = 0.5f * MathF.Sin(i * (0.05f + (i * 1e-7f)));
        AudioFile.Write(folder["x"], new AudioBuffer(sweep, 16000), new AudioWriteOptions { Format = format });
        var whole = AudioFile.Read(folder["x"]).Samples;
        foreach (var second in new[] { 7.3, 31.25, 59.9 })
        {
            var part = AudioFile.Read(folder["x"], null, TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(second + 0.5)).Samples;
            var first = (int)Math.Round(second * 16000);
            Assert.Equal(Math.Min(8000, whole.Length - first), part.Length);
            for (var i = 0; i < part.Length; i++)
                Assert.Equal(whole[first + i], part[i], 1e-3);
        }
    }

    [Theory]
    [InlineData("s16.flac")]
    [InlineData("aac-moov-end.m4a")]
    [InlineData("opus.webm")]
    [InlineData("pcm.aiff")]
    public void FilesThatFFmpegReadsMayBeCutAnywhere(string name)
    {
        Require(AudioFileFormat.Flac);
        using var whole = AudioSource.FromFile(AudioSourceTests.FileNamed(name));
        Assert.True(whole.ReadToEnd().Samples.Length > 3000);
        var bytes = File.ReadAllBytes(AudioSourceTests.FileNamed(name));
        foreach (var length in new[] { 1, 5, 40, bytes.Length / 3, bytes.Length * 2 / 3, bytes.Length - 1 })
        {
            try
            {
                using var source = AudioSource.FromStream(new MemoryStream(bytes[..length]));
                Assert.All(source.ReadToEnd().Samples, sample => Assert.True(float.IsFinite(sample)));
            }
            catch (AudioFormatException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    [Fact]
    public void FailingEncoderSaysWhyAndLeavesNothing()
    {
        Require(AudioFileFormat.Mp3);
        using var folder = new TemporaryFolder();
        var options = new AudioWriteOptions { Format = AudioFileFormat.Mp3, Channels = 200 };
        var error = Assert.Throws<AudioFormatException>(() =>
        {
            using var writer = AudioWriter.Create(folder["x.mp3"], 24000, options);
            for (var i = 0; i < 100; i++)
                writer.Write(new float[200 * 800]);
            writer.Complete();
        });
        Assert.Contains("ffmpeg cannot encode it", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void OptionsThatDoNotFitAreRefused()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, options) in new[]
        {
            ("x.xyz", new AudioWriteOptions()),
            ("x", new AudioWriteOptions()),
            ("x.wav", new AudioWriteOptions { BitRate = 64000 }),
            ("x.mp3", new AudioWriteOptions { SampleType = AudioSampleType.Int24 }),
            ("x.flac", new AudioWriteOptions { SampleType = AudioSampleType.Float32 }),
            ("x.wav", new AudioWriteOptions { Channels = 0 }),
        })
            Assert.ThrowsAny<ArgumentException>(() => AudioFile.Write(folder[name], Tone, options));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void WavThatIsStreamedIsReadBack()
    {
        using var stream = new ForwardOnly();
        using (var writer = AudioWriter.Create(stream, 24000, new AudioWriteOptions { Format = AudioFileFormat.Wav }))
        {
            writer.Write(Tone.Samples);
            writer.Complete();
        }
        Assert.Equal(Tone.Samples.Length, WavTests.Decode(stream.ToArray()).Samples.Length);
    }

    /// <summary>A hostile playlist must not make ffmpeg open other files or addresses.</summary>
    [Theory]
    [InlineData("ffconcat version 1.0\nfile inner.wav\n")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\ninner.wav\n#EXT-X-ENDLIST\n")]
    public void PlaylistIsRefused(string text)
    {
        using var folder = new TemporaryFolder();
        AudioFile.Write(folder["inner.wav"], Tone);
        File.WriteAllText(folder["list"], text);
        Assert.Throws<AudioFormatException>(() => AudioFile.Read(folder["list"]));
    }

    [Fact]
    public void PlayerSaysWhatIsMissing()
    {
        try
        {
            using var player = new Player(24000);
            player.Write(new float[100]);
        }
        catch (AudioFormatException error)
        {
            Assert.StartsWith("Playing", error.Message, StringComparison.Ordinal);
        }
    }

    private static void Require(AudioFileFormat format) =>
        Assert.SkipUnless(format is AudioFileFormat.Wav or AudioFileFormat.Pcm || HasFFmpeg.Value, "ffmpeg is not installed");

    private static void CheckTone(AudioBuffer audio)
    {
        Assert.InRange(audio.Samples.Length, 23900, 26000);
        Assert.Equal(0.4 / Math.Sqrt(2), Math.Sqrt(audio.Samples.Sum(sample => (double)sample * sample) / 24000), 0.02);
    }

    private sealed class ForwardOnly : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
