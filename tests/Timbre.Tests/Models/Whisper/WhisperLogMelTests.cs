using Timbre.Audio;
using Timbre.Models.Whisper;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Models.Whisper;

public class WhisperLogMelTests
{
    private const int Padding = 480_000;

    [Fact]
    public void WindowsAreTheSameInAnyOrderAndWithLittleKept()
    {
        using IDisposable mode = no_grad();
        using var scope = NewDisposeScope();
        AudioSource audio = TinyWhisper.Audio(200);
        using var whole = new WhisperLogMel(audio, 80, Padding);
        using var little = new WhisperLogMel(audio, 80, Padding, maxKept: 3 * WhisperLogMel.WindowFrames);
        foreach ((int start, int count) in (ReadOnlySpan<(int, int)>)[(0, 3000), (2500, 3000), (2400, 10), (16000, 3000), (19990, 3000), (100, 3000), (12345, 777)])
        {
            Tensor expected = whole.Slice(start, count), actual = little.Slice(start, count);
            Assert.True(expected.allclose(actual, 0, 0), $"frames {start} to {start + count}");
        }
    }

    [Fact]
    public void SeesTheSameFramesThroughAReaderThatGivesLittleAtATime()
    {
        using IDisposable mode = no_grad();
        using var scope = NewDisposeScope();
        AudioSource audio = TinyWhisper.Audio(23.4567);
        using var whole = new WhisperLogMel(audio, 128, Padding);
        using var drops = new WhisperLogMel(new Dripping(audio), 128, Padding);
        Assert.Equal((2345, 5345), (drops.ContentFrames, drops.Frames));
        Assert.True(whole.Slice(0, 5345).allclose(drops.Slice(0, 5345), 0, 0));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(159, 0)]
    [InlineData(160, 1)]
    [InlineData(200, 1)]
    [InlineData(500, 3)]
    public void TakesTheShortestAudio(int samples, int frames)
    {
        using IDisposable mode = no_grad();
        AudioSource audio = AudioSource.FromBuffer(new AudioBuffer([.. Enumerable.Repeat(0.1f, samples)], WhisperLogMel.SampleRate));
        using var bare = new WhisperLogMel(audio, 80, 0);
        using var padded = new WhisperLogMel(audio, 80, Padding);
        Assert.Equal((frames, frames), (bare.Frames, bare.ContentFrames));
        Assert.Equal((frames, (samples + Padding) / 160), (padded.ContentFrames, padded.Frames));
        using Tensor window = padded.Window(0, frames);
        Assert.Equal([1L, 80L, 3000L], window.shape);
        Assert.True(window.isfinite().all().item<bool>());
    }

    /// <summary>Seven samples at a time.</summary>
    private sealed class Dripping(IAudioSource source) : IAudioSource
    {
        public TimeSpan? Duration => source.Duration;

        public IMonoReader OpenMono(int sampleRate) => new Reader(source.OpenMono(sampleRate));

        private sealed class Reader(IMonoReader inner) : IMonoReader
        {
            public int SampleRate => inner.SampleRate;

            public int Read(Span<float> buffer) => inner.Read(buffer[..Math.Min(7, buffer.Length)]);

            public void Dispose() => inner.Dispose();
        }
    }
}
