using Timbre.Audio;
using Timbre.Generation;
using Timbre.Loading;
using Timbre.Models.Whisper;
using TorchSharp;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public sealed class WhisperModelTests : IDisposable
{
    private readonly WhisperModel _model = TinyWhisper.Load();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task StreamsTheSegmentsOfTheTranscriptInOrder()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        AudioSource audio = TinyWhisper.Audio(70);
        var positions = new List<TimeSpan>();
        Transcript whole = await _model.TranscribeAsync(audio, TinyWhisper.Options, new Collector(positions), token);
        List<TranscriptSegment> streamed = await _model.TranscribeStreamingAsync(audio, TinyWhisper.Options, cancellationToken: token).ToListAsync(token);
        Assert.NotEmpty(whole.Segments);
        Assert.Equal(whole.Segments.Select(segment => (segment.Id, segment.Start, segment.Text)), streamed.Select(segment => (segment.Id, segment.Start, segment.Text)));
        Assert.Equal(Enumerable.Range(0, streamed.Count), streamed.Select(segment => segment.Id));
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(whole.Duration, positions[^1]);
        Assert.Equal(TimeSpan.FromSeconds(70), whole.Duration);
    }

    [Fact]
    public async Task StopsWhenCancelledAndServesTheNextRequest()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TranscriptSegment _ in _model.TranscribeStreamingAsync(TinyWhisper.Audio(90), TinyWhisper.Options, cancellationToken: stop.Token))
                await stop.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _model.TranscribeAsync(TinyWhisper.Audio(5), cancellationToken: stop.Token));
        Transcript next = await _model.TranscribeAsync(TinyWhisper.Audio(2), TinyWhisper.Options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(2), next.Duration);
    }

    [Fact]
    public void IsCancelledBetweenTokens()
    {
        using var stop = new CancellationTokenSource();
        using var random = new CancellingRandom(stop, afterDraws: 3);
        WhisperOptions options = TinyWhisper.Options with { Temperatures = [1] };
        using IDisposable mode = torch.no_grad();
        Assert.Throws<OperationCanceledException>(() => _model.Transcribe(TinyWhisper.Audio(3), options, random, null, stop.Token));
        Assert.Equal(3, random.Draws);
    }

    [Fact]
    public void KeepsNoTensorsFromRequestToRequest()
    {
        using IDisposable mode = torch.no_grad();
        WhisperOptions[] requests =
        [
            TinyWhisper.Options with { WordTimestamps = true },
            TinyWhisper.Options with { BeamSize = 3 },
            TinyWhisper.Options with { Temperatures = [0.8], BestOf = 2 },
        ];
        var live = new List<long>();
        for (int round = 0; round < 5; round++)
        {
            foreach (WhisperOptions options in requests)
            {
                using var random = new RandomSource(1);
                _model.Transcribe(TinyWhisper.Audio(3), options, random);
            }
            live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
        Assert.All(live, count => Assert.Equal(live[0], count));
    }

    [Fact]
    public void OneBeamIsGreedy()
    {
        using IDisposable mode = torch.no_grad();
        using var random = new RandomSource(0);
        Transcript greedy = _model.Transcribe(TinyWhisper.Audio(8), TinyWhisper.Options, random);
        Transcript beam = _model.Transcribe(TinyWhisper.Audio(8), TinyWhisper.Options with { BeamSize = 1 }, random);
        Assert.Equal(greedy.Segments.SelectMany(segment => segment.Tokens), beam.Segments.SelectMany(segment => segment.Tokens));
    }

    [Fact]
    public void MoreBeamsFindLikelierText()
    {
        using IDisposable mode = torch.no_grad();
        using var cache = _model.Network.CreateCache(5);
        using var mel = new WhisperLogMel(TinyWhisper.Audio(8), _model.Network.Config.MelBands, 480_000);
        using WhisperAudio audio = _model.Network.Encode(mel.Window(0, mel.ContentFrames));
        using var random = new RandomSource(0);
        double Likelihood(int? beams)
        {
            // A length penalty of 0 ranks by the log-probability itself.
            WhisperOptions options = TinyWhisper.Options with { BeamSize = beams, LengthPenalty = 0 };
            WhisperDecodingResult result = new WhisperDecoding(_model.Network, _model.Tokenizer, options, "en", random, cache).Decode(audio, [], 0);
            return result.AverageLogProbability * (result.Tokens.Length + 1);
        }

        Assert.True(Likelihood(5) >= Likelihood(null) - 1e-4);
    }

    [Fact]
    public async Task TheSameSeedDrawsTheSame()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        WhisperOptions options = TinyWhisper.Options with { Temperatures = [0.9], BestOf = 3, Seed = 7 };
        Transcript first = await _model.TranscribeAsync(TinyWhisper.Audio(6), options, cancellationToken: token);
        Transcript second = await _model.TranscribeAsync(TinyWhisper.Audio(6), options, cancellationToken: token);
        Transcript other = await _model.TranscribeAsync(TinyWhisper.Audio(6), options with { Seed = 8 }, cancellationToken: token);
        Assert.Equal(first.Segments.SelectMany(segment => segment.Tokens), second.Segments.SelectMany(segment => segment.Tokens));
        Assert.NotEqual(first.Segments.SelectMany(segment => segment.Tokens), other.Segments.SelectMany(segment => segment.Tokens));
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public async Task ComputesInHalfPrecision(Precision precision)
    {
        using var half = (WhisperModel)ModelLoader.Load(TinyWhisper.Folder, new LoadOptions { Device = "cpu", Precision = precision });
        WhisperOptions options = TinyWhisper.Options with { WordTimestamps = true, BeamSize = 2 };
        Transcript transcript = await half.TranscribeAsync(TinyWhisper.Audio(3), options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(transcript.Segments, segment => Assert.True(double.IsFinite(segment.AverageLogProbability)));
    }

    [Fact]
    public async Task SaysNothingAfterItIsDisposed()
    {
        WhisperModel model = TinyWhisper.Load();
        model.Dispose();
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.TranscribeAsync(TinyWhisper.Audio(1)));
    }

    [Fact]
    public async Task SaysNothingOfNoAudio()
    {
        AudioSource nothing = AudioSource.FromBuffer(new AudioBuffer([], 16000));
        Transcript transcript = await _model.TranscribeAsync(nothing, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("", TimeSpan.Zero), (transcript.Text, transcript.Duration));
        Assert.Empty(transcript.Segments);
    }

    [Fact]
    public async Task ClipsAreTakenAsTheyStand()
    {
        WhisperOptions options = TinyWhisper.Options with
        {
            WithoutTimestamps = true, ClipTimestamps = [.. new[] { 6.0, 8, 1, 2.5, 9, 400 }.Select(TimeSpan.FromSeconds)],
        };
        Transcript transcript = await _model.TranscribeAsync(TinyWhisper.Audio(10), options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([600, 100, 900], transcript.Segments.Select(segment => segment.Seek));
        Assert.Equal([8, 2.5, 10], transcript.Segments.Select(segment => segment.End.TotalSeconds));
    }

    public static TheoryData<TranscriptionOptions, string> WrongOptions => new()
    {
        { new TranscriptionOptions { Language = "klingon" }, "klingon" },
        { new TranscriptionOptions { Language = "german" }, "English only" },
        { new TranscriptionOptions { Task = TranscriptionTask.Translate }, "English only" },
        { new TranscriptionOptions { Temperatures = [] }, "Temperatures" },
        { new TranscriptionOptions { Temperatures = [0, -1] }, "Temperatures" },
        { new TranscriptionOptions { BeamSize = 0 }, "BeamSize" },
        { new WhisperOptions { BestOf = 0 }, "BestOf" },
        { new WhisperOptions { Patience = 2 }, "BeamSize" },
        { new WhisperOptions { LengthPenalty = 2 }, "LengthPenalty" },
        { new WhisperOptions { HallucinationSilenceThreshold = TimeSpan.FromSeconds(2) }, "WordTimestamps" },
        { new WhisperOptions { ClipTimestamps = [TimeSpan.FromSeconds(-1)] }, "ClipTimestamps" },
        { new WhisperOptions { ClipTimestamps = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)] }, "ClipTimestamps" },
        { new WhisperOptions { MaxTokensPerWindow = 0 }, "MaxTokensPerWindow" },
        { new WhisperOptions { SuppressTokens = [-1, 99_999_999] }, "SuppressTokens" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public async Task NamesOptionsThatDoNotFit(TranscriptionOptions options, string name)
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => _model.TranscribeAsync(TinyWhisper.Audio(1), options));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TranscribesRealSpeechWithTheShippedModel()
    {
        string? folder = ModelCatalog.Default.TryFind("whisper-base-8bit");
        Assert.SkipWhen(folder is null, "the shipped model is not here");
        CancellationToken token = TestContext.Current.CancellationToken;
        using ISpeechToText model = await Speech.LoadSpeechToTextAsync(folder, new LoadOptions { Device = "cpu" }, token);
        Transcript transcript = await model.TranscribeAsync(AudioSource.FromFile(TinyWhisper.Speech), cancellationToken: token);
        Assert.Equal("en", transcript.Language);
        Assert.Equal(
            " And so my fellow Americans ask not what your country can do for you, ask what you can do for your country.", transcript.Text);
    }

    private sealed class Collector(List<TimeSpan> positions) : IProgress<TranscriptionProgress>
    {
        public void Report(TranscriptionProgress value) => positions.Add(value.Position);
    }

    private sealed class CancellingRandom(CancellationTokenSource stop, int afterDraws) : RandomSource(0)
    {
        public int Draws { get; private set; }

        public override torch.Tensor Categorical(torch.Tensor logits)
        {
            if (++Draws == afterDraws)
                stop.Cancel();
            return base.Categorical(logits);
        }
    }
}
