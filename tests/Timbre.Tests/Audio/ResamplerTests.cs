using CsCheck;
using Timbre.Audio;
using Xunit;

namespace Timbre.Tests.Audio;

public class ResamplerTests
{
    private static readonly int[] Rates = [8000, 11025, 12345, 16000, 22050, 24000, 44100, 44101, 48000, 96000];
    private static readonly Gen<int> Rate = Gen.Int[0, Rates.Length - 1].Select(index => Rates[index]);

    [Fact]
    public void StreamGivesTheSameSamplesAsTheWholeHoweverItIsCut() =>
        Gen.Select(Rate, Rate, Gen.Int[0, 3000], Gen.Int[1, 500], Gen.Int[1, 500]).Sample((from, to, length, piece, wanted) =>
        {
            var samples = Noise(length);
            var whole = Resampler.Resample(samples, from, to);
            using var reader = new Resampler(new PieceReader(samples, from, piece), to == from ? to + 1 : to);
            if (to == from)
                return;
            var streamed = new List<float>();
            var buffer = new float[wanted];
            while (reader.Read(buffer) is > 0 and var read)
                streamed.AddRange(buffer.AsSpan(0, read));
            Assert.Equal(whole, streamed);
        }, iter: 60);

    [Theory]
    [InlineData(44100, 16000)]
    [InlineData(44101, 16000)]
    [InlineData(16000, 44101)]
    [InlineData(8000, 48000)]
    [InlineData(192001, 8000)]
    public void ToneStaysTheToneItWas(int from, int to)
    {
        const double Frequency = 700;
        var samples = new float[from / 4];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)Math.Sin(2 * Math.PI * Frequency * i / from);

        var result = Resampler.Resample(samples, from, to);

        Assert.Equal(Resampler.OutputLength(samples.Length, from, to), result.Length);
        for (var i = result.Length / 4; i < result.Length * 3 / 4; i++)
            Assert.Equal(Math.Sin(2 * Math.PI * Frequency * i / to), result[i], 2e-6);
    }

    [Fact]
    public void ToneAboveTheNewNyquistFrequencyIsGone()
    {
        var samples = new float[24000];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)Math.Sin(2 * Math.PI * 9000 * i / 48000);
        Assert.All(Resampler.Resample(samples, 48000, 16000)[1000..7000], sample => Assert.InRange(sample, -1e-5f, 1e-5f));
    }

    [Theory]
    [InlineData(0, 16000)]
    [InlineData(16000, -1)]
    [InlineData(6_144_000, 1)]
    public void RatesThatCannotBeAreRefused(int from, int to) =>
        Assert.ThrowsAny<ArgumentException>(() => Resampler.Resample([1, 2, 3], from, to));

    [Fact]
    public void LongStreamOfAnUnusualRatioTakesLittleMemory()
    {
        using var reader = new Resampler(new Silence(44101, 2_000_000), 16000);
        var buffer = new float[4096];
        reader.Read(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.Read(buffer) > 0)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    internal static float[] Noise(int length)
    {
        var state = 12345u;
        var samples = new float[length];
        for (var i = 0; i < length; i++)
        {
            state = (state * 1664525) + 1013904223;
            samples[i] = (int)state / 2147483648f;
        }
        return samples;
    }

    private sealed class PieceReader(float[] samples, int sampleRate, int piece) : IMonoReader
    {
        private int _position;

        public int SampleRate => sampleRate;

        public int Read(Span<float> buffer)
        {
            var count = Math.Min(Math.Min(piece, buffer.Length), samples.Length - _position);
            samples.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Silence(int sampleRate, int length) : IMonoReader
    {
        private int _left = length;

        public int SampleRate => sampleRate;

        public int Read(Span<float> buffer)
        {
            var count = Math.Min(buffer.Length, _left);
            buffer[..count].Clear();
            _left -= count;
            return count;
        }

        public void Dispose()
        {
        }
    }
}
