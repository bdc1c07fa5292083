using Timbre.Audio;
using Timbre.Audio.Decoders;
using Xunit;

namespace Timbre.Tests.Audio;

/// <summary>Files that are read without ffmpeg, and how sources are cut, spooled and streamed.</summary>
public class AudioSourceTests
{
    private static readonly string[] OwnFiles = ["s16-stereo-44k1.wav", "stereo-44k1-128k.mp3", "vbr.mp3", "no-id3.mp3", "vorbis.ogg", "rifx.wav", "rf64.wav"];

    public static TheoryData<string> Files => [.. OwnFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public void PartIsThePartOfTheWhole(string name)
    {
        using var source = AudioSource.FromFile(FileNamed(name));
        var whole = source.ReadToEnd();
        Assert.Equal(whole.Duration.TotalSeconds, source.Duration!.Value.TotalSeconds, 0.002);
        foreach (var (from, to) in new[] { (0.0, 0.4), (0.25, 0.5), (0.7, 2.0), (1.0, 1.5) })
        {
            var (start, end) = (whole.Duration * from, whole.Duration * to);
            var part = source.Slice(start, end);
            var first = (int)Math.Round(start.TotalSeconds * whole.SampleRate);
            var last = Math.Min((int)Math.Round(end.TotalSeconds * whole.SampleRate), whole.Samples.Length);
            var samples = part.ReadToEnd().Samples;
            Assert.Equal(Math.Max(last - first, 0), samples.Length);
            for (var i = 0; i < samples.Length; i++)
                Assert.Equal(whole.Samples[first + i], samples[i], 1e-5);
        }
    }

    [Fact]
    public void ADisposedSourceSaysSo()
    {
        var source = AudioSource.FromStream(new ForwardStream(File.ReadAllBytes(FileNamed(OwnFiles[0]))));
        var part = source.Slice(TimeSpan.Zero, TimeSpan.FromSeconds(0.1));
        source.Dispose();
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => source.ReadToEnd());
        Assert.Throws<ObjectDisposedException>(() => part.OpenMono(16000));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ReadsTheSameAtAnyRateFromFileStreamAndInPieces(string name)
    {
        using var file = AudioSource.FromFile(FileNamed(name));
        using var stream = AudioSource.FromStream(new ForwardStream(File.ReadAllBytes(FileNamed(name))));
        var expected = file.ReadToEnd();
        var samples = Resampler.Resample(expected.Samples, expected.SampleRate, 16000);
        Assert.Equal(samples, stream.ReadToEnd(16000).Samples);
        using var reader = file.OpenMono(16000);
        var pieces = new List<float>();
        var buffer = new float[77];
        while (reader.Read(buffer) is > 0 and var read)
            pieces.AddRange(buffer.AsSpan(0, read));
        Assert.Equal(samples, pieces);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void FileCutAnywhereIsReadOrRefused(string name)
    {
        var bytes = File.ReadAllBytes(FileNamed(name));
        using var folder = new TemporaryFolder();
        var step = Math.Max(bytes.Length / 60, 1);
        for (var length = 13; length < bytes.Length; length += step)
        {
            File.WriteAllBytes(folder["cut"], bytes[..length]);
            ReadOrRefuse(folder["cut"]);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void DamagedFileIsReadOrRefused(string name)
    {
        var bytes = File.ReadAllBytes(FileNamed(name));
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        for (var turn = 0; turn < 40; turn++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var i = 0; i < 8; i++)
                damaged[random.Next(12, damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder["damaged"], damaged);
            ReadOrRefuse(folder["damaged"]);
        }
    }

    [Fact]
    public void CutOggStillGivesItsWholePackets()
    {
        var whole = AudioFile.Read(FileNamed("vorbis.ogg")).Samples;
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["cut.ogg"], File.ReadAllBytes(FileNamed("vorbis.ogg"))[..^150]);
        var part = AudioFile.Read(folder["cut.ogg"]).Samples;
        Assert.InRange(part.Length, 500, whole.Length - 1);
        Assert.Equal(whole[..part.Length], part);
    }

    /// <summary>Damage behind a right checksum, mostly in the headers.</summary>
    [Fact]
    public void HostileOggIsReadOrRefused()
    {
        var bytes = File.ReadAllBytes(FileNamed("vorbis.ogg"));
        const int FirstPage = 58;
        using var folder = new TemporaryFolder();
        var random = new Random(11);
        for (var turn = 0; turn < 150; turn++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var position = FirstPage + (int)(Math.Pow(random.NextDouble(), 3) * (damaged.Length - FirstPage));
                damaged[position] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
            }
            for (var start = 0; start + 27 < damaged.Length && damaged.AsSpan(start).StartsWith("OggS"u8);)
            {
                var page = damaged.AsSpan(start);
                var length = 27 + page[26];
                foreach (var size in page.Slice(27, Math.Min(page[26], page.Length - 27)))
                    length += size;
                page = page[..Math.Min(length, page.Length)];
                OggTail.Sign(page);
                start += page.Length;
            }
            File.WriteAllBytes(folder["hostile"], damaged);
            ReadOrRefuse(folder["hostile"]);
        }
    }

    [Fact]
    public void EndlessStreamMeetsItsBound()
    {
        var error = Assert.Throws<AudioFormatException>(() => AudioSource.FromStream(new EndlessStream(), maximumBytes: 1_000_000));
        Assert.Contains("1000000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SpooledFileIsGoneWithItsSource()
    {
        string path;
        using (var source = AudioSource.FromStream(new MemoryStream(File.ReadAllBytes(FileNamed("rf64.wav")))))
        {
            path = source.SpoolPath!;
            Assert.True(File.Exists(path));
        }
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void EmptyAndMissingInputsAreNamed()
    {
        using var source = AudioSource.FromStream(new MemoryStream(), name: "nothing.wav");
        Assert.Contains("nothing.wav is empty", Assert.Throws<AudioFormatException>(() => source.Duration).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => AudioSource.FromFile("no such file.wav"));
    }

    [Fact]
    public void BufferIsCutAtSamples()
    {
        using var source = AudioSource.FromBuffer(new AudioBuffer([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10));
        var part = source.Slice(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.9)).Slice(TimeSpan.FromSeconds(0.1));
        Assert.Equal([3, 4, 5, 6, 7, 8], part.ReadToEnd().Samples);
        Assert.Equal(TimeSpan.FromSeconds(0.6), part.Duration);
    }

    [Fact]
    public void MemoryDoesNotGrowWithTheLength()
    {
        using var folder = new TemporaryFolder();
        using (var writer = AudioWriter.Create(folder["long.wav"], 48000, new AudioWriteOptions { Channels = 2 }))
        {
            for (var second = 0; second < 120; second++)
                writer.Write(new float[96000]);
            writer.Complete();
        }
        using var source = AudioSource.FromFile(folder["long.wav"]);
        using var reader = source.OpenMono(16000);
        var buffer = new float[16000];
        reader.Read(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.Read(buffer) > 0)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
    }

    internal static string FileNamed(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "Cases", "audio_io", "files", name);

    private static void ReadOrRefuse(string path)
    {
        try
        {
            AudioFile.Probe(path);
            AudioFile.Read(path, 16000);
        }
        catch (AudioFormatException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => buffer.Length;

        public override int Read(byte[] buffer, int offset, int count) => count;
    }
}
