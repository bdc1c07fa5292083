using System.Diagnostics;
using Timbre.Evaluation;
using Timbre.Generation;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>A loaded Whisper. Its own options are <see cref="WhisperOptions"/>.</summary>
internal sealed class WhisperModel : ISpeechToText, IFirstLogits
{
    private readonly WeightStore _store;
    private readonly InferenceWorker _worker;

    private WhisperModel(string name, WhisperNetwork network, WhisperTokenizer tokenizer, WeightStore store)
    {
        (Network, Tokenizer, _store) = (network, tokenizer, store);
        Info = new ModelInfo("whisper", name, WhisperLogMel.SampleRate, tokenizer.IsMultilingual ? [.. tokenizer.Languages.Keys] : ["en"]);
        _worker = new InferenceWorker($"Whisper {name}");
    }

    /// <inheritdoc/>
    public ModelInfo Info { get; }

    /// <summary>The network.</summary>
    internal WhisperNetwork Network { get; }

    /// <summary>The vocabulary.</summary>
    internal WhisperTokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<TranscriptSegment> TranscribeStreamingAsync(
        IAudioSource audio, TranscriptionOptions? options = null, IProgress<TranscriptionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        WhisperOptions checkedOptions = WhisperOptionChecks.Check(options, Network.Config, Tokenizer);
        return _worker.StreamAsync(token => Stream(audio, checkedOptions, progress, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Transcript> TranscribeAsync(
        IAudioSource audio, TranscriptionOptions? options = null, IProgress<TranscriptionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        WhisperOptions checkedOptions = WhisperOptionChecks.Check(options, Network.Config, Tokenizer);
        return _worker.RunAsync(
            token =>
            {
                using var random = new RandomSource(checkedOptions.Seed);
                return Transcribe(audio, checkedOptions, random, progress, token);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<float[]> FirstLogitsAsync(IAudioSource audio, string language, CancellationToken cancellationToken) =>
        _worker.RunAsync(token => FirstLogits(audio, language, token), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _worker.Dispose();
        _store.Dispose();
    }

    /// <summary>Builds the model.</summary>
    internal static WhisperModel Load(ModelContext context)
    {
        WhisperConfig config = WhisperConfig.Read(context.Files);
        WhisperTokenizer tokenizer = WhisperTokenizer.Load(context.Files.Folder, config.VocabularySize);
        return new WhisperModel(context.Files.Name, WhisperNetwork.Load(context.Weights, config), tokenizer, context.Weights.Store);
    }

    /// <summary>Transcribes on the calling thread.</summary>
    internal Transcript Transcribe(
        IAudioSource audio, WhisperOptions options, RandomSource random, IProgress<TranscriptionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        using var transcription = new WhisperTranscription(Network, Tokenizer, audio, options, random, progress, cancellationToken);
        TranscriptSegment[] segments = [.. transcription.Run()];
        return new Transcript(transcription.Text, segments, transcription.Language, transcription.Duration, Stopwatch.GetElapsedTime(start));
    }

    private IEnumerable<TranscriptSegment> Stream(
        IAudioSource audio, WhisperOptions options, IProgress<TranscriptionProgress>? progress, CancellationToken cancellationToken)
    {
        using var random = new RandomSource(options.Seed);
        using var transcription = new WhisperTranscription(Network, Tokenizer, audio, options, random, progress, cancellationToken);
        foreach (TranscriptSegment segment in transcription.Run())
            yield return segment;
    }

    private float[] FirstLogits(IAudioSource audio, string language, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mel = new WhisperLogMel(audio, Network.Config.MelBands, WhisperLogMel.WindowFrames * WhisperLogMel.Hop, cancellationToken);
        using WhisperAudio window = Network.Encode(mel.Window(0, Math.Min(WhisperLogMel.WindowFrames, mel.ContentFrames)));
        using KvCache cache = Network.CreateCache();
        return Network.Decode(Tokenizer.StartSequence(language, TranscriptionTask.Transcribe), window, cache).data<float>().ToArray();
    }
}
