using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Timbre.Generation;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Text.Phonemes;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>Kokoro, loaded: text to phonemes to audio, piece by piece.</summary>
internal sealed class KokoroModel : ITextToSpeech
{
    private const double SlowestSpeed = 0.1, FastestSpeed = 10;

    private readonly WeightStore _store;
    private readonly InferenceWorker _worker;
    private readonly ILogger _logger;
    private readonly KokoroConfig _config;
    private readonly KokoroVoices _voices;
    private readonly PhonemizerFactory _phonemizers;

    /// <summary>Reads the network and lists the voices.</summary>
    public KokoroModel(ModelContext context)
    {
        _store = context.Weights.Store;
        _logger = context.Logger;
        _config = context.Files.Config.As<KokoroConfig>().Check(context.Files.Folder);
        Vocabulary = new KokoroVocabulary(_config.Vocab);
        Network = new KokoroNetwork(context.Weights, _config);
        _voices = new KokoroVoices(context.Files.Folder, 2 * _config.StyleDim, context.Companions);
        _phonemizers = Phonemizers.From(context.Catalog);
        Info = new ModelInfo("kokoro", context.Files.Name, _config.SampleRate, [.. _voices.List.Select(voice => voice.Language).Distinct()]);
        _worker = new InferenceWorker("kokoro");
    }

    /// <inheritdoc/>
    public ModelInfo Info { get; }

    /// <inheritdoc/>
    public IReadOnlyList<VoiceInfo> Voices => _voices.List;

    /// <summary>The network, for what runs its stages one by one.</summary>
    internal KokoroNetwork Network { get; }

    /// <summary>Phonemes and ids.</summary>
    internal KokoroVocabulary Vocabulary { get; }

    /// <summary>A voice or blend.</summary>
    internal VoicePack Voice(string? name) => _voices.Load(name);

    /// <inheritdoc/>
    public IAsyncEnumerable<SpeechSegment> SpeakStreamingAsync(string text, SpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        Request request = Prepare(text, options, early: true);
        return _worker.StreamAsync(token => SpeakSeeded(request, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SpeechResult> SpeakAsync(string text, SpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        Request request = Prepare(text, options, early: false);
        return _worker.RunAsync(
            token =>
            {
                var clock = Stopwatch.StartNew();
                List<SpeechSegment> segments = [.. SpeakSeeded(request, token)];
                return new SpeechResult(Join(segments), segments, clock.Elapsed);
            },
            cancellationToken);
    }

    /// <summary>Speaks on the calling thread with given draws, showing each stage to an observer.</summary>
    internal List<SpeechSegment> Speak(string text, SpeechOptions options, RandomSource random, Action<string, Tensor>? observer = null)
    {
        using IDisposable mode = inference_mode();
        return [.. Speak(Prepare(text, options, early: false), random, new StageTrace(CancellationToken.None, observer), CancellationToken.None)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _worker.Dispose();
        _store.Dispose();
    }

    private Request Prepare(string text, SpeechOptions? options, bool early)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new SpeechOptions();
        if (!(options.Speed >= SlowestSpeed && options.Speed <= FastestSpeed))
            throw new ArgumentException($"speed {options.Speed} lies outside of {SlowestSpeed} to {FastestSpeed}.");
        VoicePack voice = _voices.Load(options.Voice);
        string leading = _voices.LeadingName(options.Voice);
        PhonemeLanguage? native = KokoroVoices.LanguageOf(leading);
        PhonemeLanguage language = options.Language is { } name ? PhonemeLanguage.Find(name) : native ?? PhonemeLanguage.Find("en-us");
        if (native is not null && native != language)
            _logger.LogWarning("voice {Voice} was made for {Native}; it will speak {Language} with an accent", leading, native.Tag, language.Tag);
        bool written = options is KokoroOptions { TextIsPhonemes: true };
        int limit = Math.Min(Math.Min(KokoroSegments.StandardLimit, voice.Rows), _config.Plbert.MaxPositionEmbeddings - 2);
        return new Request(Pieces(text, written ? null : language, new KokoroSegments(limit), early), voice, options.Speed, options.Seed);
    }

    /// <summary>Cuts the text as it is asked for, so that what reads the language loads on the model's thread; no language: phonemes.</summary>
    private IEnumerable<KokoroPiece> Pieces(string text, PhonemeLanguage? language, KokoroSegments segments, bool early)
    {
        bool byTokens = language is null or { Accent: not null };
        foreach (KokoroPiece piece in segments.Cut(text, byTokens, language is null ? new WrittenPhonemes() : _phonemizers.Get(language.Tag), early))
            yield return piece;
    }

    private AudioBuffer Join(List<SpeechSegment> segments)
    {
        var samples = new float[segments.Sum(segment => segment.Audio.Samples.Length)];
        int start = 0;
        foreach (SpeechSegment segment in segments)
        {
            segment.Audio.Samples.CopyTo(samples, start);
            start += segment.Audio.Samples.Length;
        }
        return new AudioBuffer(samples, Info.SampleRate);
    }

    private IEnumerable<SpeechSegment> SpeakSeeded(Request request, CancellationToken cancellationToken)
    {
        using var random = new RandomSource(request.Seed);
        foreach (SpeechSegment segment in Speak(request, random, new StageTrace(cancellationToken), cancellationToken))
        {
            NativeHeap.Trim();
            yield return segment;
        }
    }

    private IEnumerable<SpeechSegment> Speak(Request request, RandomSource random, StageTrace trace, CancellationToken cancellationToken)
    {
        int index = 0;
        long samples = 0;
        foreach (KokoroPiece piece in request.Pieces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] style = request.Voice.Style(KokoroVocabulary.Length(piece.Phonemes));
            (float[] audio, int[] durations) = Network.Forward(Vocabulary.Encode(piece.Phonemes), style, request.Speed, random, trace);
            TimeSpan start = TimeSpan.FromSeconds((double)samples / Info.SampleRate);
            yield return new SpeechSegment(
                index++, piece.Text, piece.Phonemes, new AudioBuffer(audio, Info.SampleRate), start, Words(piece, durations, start));
            samples += audio.Length;
        }
    }

    private List<WordTiming> Words(KokoroPiece piece, int[] durations, TimeSpan start)
    {
        (double Start, double End)?[] times = KokoroTimestamps.Compute(piece.Tokens, durations, Vocabulary.Count);
        var words = new List<WordTiming>();
        for (int i = 0; i < times.Length; i++)
        {
            if (times[i] is { } time && piece.Tokens[i].Text.Any(char.IsLetterOrDigit) && !piece.Tokens[i].Text.Contains(' '))
                words.Add(new WordTiming(piece.Tokens[i].Text.Trim(), start + TimeSpan.FromSeconds(time.Start), start + TimeSpan.FromSeconds(time.End)));
        }
        return words;
    }

    /// <summary>What is to be spoken, and how.</summary>
    private sealed record Request(IEnumerable<KokoroPiece> Pieces, VoicePack Voice, double Speed, ulong? Seed);
}
