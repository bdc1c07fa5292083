using Timbre.Loading;
using Timbre.Models.Kokoro;
using Xunit;

namespace Timbre.Tests.Models.Kokoro;

public sealed class KokoroModelTests : IDisposable
{
    private const string Phonemes = "hˈI, bˈɑb. ɡˌO ˌɔn! jˈɛs, ˌI æm.";
    private readonly KokoroModel _model = KokoroFixture.Load();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void TellsWhatItIs()
    {
        Assert.Equal(24000, _model.Info.SampleRate);
        Assert.Equal(["af_one", "af_two"], _model.Voices.Select(voice => voice.Name));
        Assert.Equal(["en-us"], _model.Info.Languages);
    }

    [Fact]
    public void AConfigWithoutModelTypeIsKnownByItsKeys() =>
        Assert.IsType<KokoroFamily>(ModelRegistry.Resolve(ModelFiles.Open(KokoroFixture.Folder)));

    [Fact]
    public async Task ASeedRepeatsTheAudio()
    {
        SpeechResult first = await _model.SpeakAsync(Phonemes, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken);
        SpeechResult again = await _model.SpeakAsync(Phonemes, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken);
        SpeechResult other = await _model.SpeakAsync(Phonemes, KokoroFixture.Phonemes(2), TestContext.Current.CancellationToken);
        Assert.NotEmpty(first.Audio.Samples);
        Assert.Equal(first.Audio.Samples, again.Audio.Samples);
        Assert.NotEqual(first.Audio.Samples, other.Audio.Samples);
    }

    [Fact]
    public async Task AResultTellsPhonemesWordsAndTimes()
    {
        SpeechResult result = await _model.SpeakAsync("hˈI bˈɑb.\nɡˌO.", KokoroFixture.Phonemes(), TestContext.Current.CancellationToken);
        Assert.Equal(["hˈI bˈɑb.", "ɡˌO."], result.Segments.Select(segment => segment.Phonemes));
        Assert.Equal(["hˈI", "bˈɑb", "ɡˌO"], result.Words.Select(word => word.Text));
        Assert.Equal(result.Segments[0].Audio.Duration, result.Segments[1].Start);
        Assert.All(result.Words, word => Assert.True(word.End > word.Start));
        Assert.True(result.Words[2].Start >= result.Segments[1].Start && result.Words[2].End <= result.Duration + TimeSpan.FromSeconds(1));
        Assert.Equal(result.Duration, TimeSpan.FromSeconds(result.Segments.Sum(segment => segment.Audio.Samples.Length) / 24000.0));
    }

    [Fact]
    public async Task AStreamSaysTheSamePhonemesInSmallerPieces()
    {
        var pieces = new List<SpeechSegment>();
        await foreach (SpeechSegment segment in _model.SpeakStreamingAsync(Phonemes + " " + Phonemes, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken))
            pieces.Add(segment);
        Assert.True(pieces.Count > 1);
        Assert.True(pieces[0].Phonemes.Length <= 40);
        Assert.Equal(Phonemes + " " + Phonemes, string.Join(' ', pieces.Select(piece => piece.Phonemes)));
        Assert.Equal(pieces.Take(2).Sum(piece => piece.Audio.Duration.TotalSeconds), pieces.Count > 2 ? pieces[2].Start.TotalSeconds : pieces.Sum(piece => piece.Audio.Duration.TotalSeconds), 1e-6);
    }

    [Fact]
    public async Task CancellingEndsAStream()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (SpeechSegment _ in _model.SpeakStreamingAsync(string.Join('\n', Enumerable.Repeat(Phonemes, 50)), KokoroFixture.Phonemes(), cancel.Token))
                await cancel.CancelAsync();
        });
        Assert.NotEmpty((await _model.SpeakAsync("hˈI", KokoroFixture.Phonemes(), TestContext.Current.CancellationToken)).Audio.Samples);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1000)]
    public void ASpeedOutOfRangeIsAnError(double speed) =>
        Assert.Throws<ArgumentException>(() => { _ = _model.SpeakAsync("hˈI", KokoroFixture.Phonemes() with { Speed = speed }); });

    [Fact]
    public void AnUnknownVoiceOrLanguageIsAnError()
    {
        Assert.Throws<ArgumentException>(() => { _ = _model.SpeakAsync("hˈI", KokoroFixture.Phonemes() with { Voice = "nobody" }); });
        Assert.Throws<ArgumentException>(() => { _ = _model.SpeakAsync("hˈI", KokoroFixture.Phonemes() with { Language = "tlh" }); });
    }

    [Fact]
    public async Task NothingToSayIsSilence() =>
        Assert.Empty((await _model.SpeakAsync(" \n ", KokoroFixture.Phonemes(), TestContext.Current.CancellationToken)).Audio.Samples);

    [Fact]
    public async Task ANarrowPrecisionChangesNoDuration()
    {
        using KokoroModel narrow = KokoroFixture.Load(Precision.BFloat16);
        float[] expected = (await _model.SpeakAsync(Phonemes, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken)).Audio.Samples;
        float[] actual = (await narrow.SpeakAsync(Phonemes, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken)).Audio.Samples;
        Assert.Equal(expected.Length, actual.Length);
        Assert.NotEqual(expected, actual);
        double dot = expected.Zip(actual, (a, b) => (double)a * b).Sum();
        double lengths = Math.Sqrt(expected.Sum(a => (double)a * a) * actual.Sum(b => (double)b * b));
        Assert.InRange(dot / lengths, 0.9, 1);
    }
}
