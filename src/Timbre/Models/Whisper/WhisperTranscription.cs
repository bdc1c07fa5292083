using System.Runtime.InteropServices;
using Timbre.Generation;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>One transcription: windows of 30 s, each seeking on from where the last one's text ended (whisper/transcribe.py of the original).</summary>
internal sealed class WhisperTranscription : IDisposable
{
    private static readonly double[] DefaultTemperatures = [0, 0.2, 0.4, 0.6, 0.8, 1];

    private readonly WhisperNetwork _network;
    private readonly WhisperTokenizer _tokenizer;
    private readonly WhisperOptions _options;
    private readonly WhisperLogMel _mel;
    private readonly IProgress<TranscriptionProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly KvCache _cache;
    private readonly WhisperDecoding _decoding;
    private readonly WhisperAligner _aligner;
    private readonly string _code;
    private readonly List<int> _tokens;
    private readonly int _promptLength;
    private (int Seek, int Size, WhisperAudio Audio)? _encoded;
    private int _promptStart;
    private double _lastSpeech;
    private int _segments;

    /// <summary>Reads the audio once, and tells its language where none is given.</summary>
    public WhisperTranscription(
        WhisperNetwork network, WhisperTokenizer tokenizer, IAudioSource audio, WhisperOptions options, RandomSource random,
        IProgress<TranscriptionProgress>? progress, CancellationToken cancellationToken)
    {
        (_network, _tokenizer, _options, _progress, _cancellationToken) = (network, tokenizer, options, progress, cancellationToken);
        _mel = new WhisperLogMel(audio, network.Config.MelBands, WhisperLogMel.WindowFrames * WhisperLogMel.Hop, cancellationToken);
        _cache = network.CreateCache(WhisperDecoding.RowsFor(options));
        try
        {
            Language = options.Language ?? Detect();
            _code = WhisperLanguages.GetCode(Language);
            _decoding = new WhisperDecoding(network, tokenizer, options, _code, random, _cache);
            _aligner = new WhisperAligner(network, tokenizer, _cache);
            _tokens = [.. InitialPrompt()];
            _promptLength = _tokens.Count;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The language as it was given, or the code of the one that was found.</summary>
    public string Language { get; }

    /// <summary>How long the audio lasts.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(WhisperSegmenter.Seconds(_mel.ContentFrames));

    /// <summary>The text so far.</summary>
    public string Text => _tokenizer.Decode(CollectionsMarshal.AsSpan(_tokens)[_promptLength..]);

    /// <summary>Goes through the audio.</summary>
    public IEnumerable<TranscriptSegment> Run()
    {
        foreach ((int start, int end) in Clips())
        {
            for (int seek = start; seek < end;)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                (List<WhisperSegment> segments, WhisperDecodingResult result, int next) = Transcribe(seek, Math.Min(WhisperLogMel.WindowFrames, end - seek));
                foreach (WhisperSegment segment in segments)
                    yield return Publish(segment, result);
                seek = next;
                _progress?.Report(new TranscriptionProgress(TimeSpan.FromSeconds(WhisperSegmenter.Seconds(Math.Min(seek, _mel.ContentFrames))), Duration));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoded?.Audio.Dispose();
        _cache.Dispose();
        _mel.Dispose();
    }

    private string Detect()
    {
        if (!_tokenizer.IsMultilingual)
            return "en";
        WhisperAudio audio = Encode(0, Math.Min(WhisperLogMel.WindowFrames, _mel.Frames));
        return WhisperLanguageDetection.Detect(_network, _tokenizer, audio, _cache).MaxBy(entry => entry.Probability).Language;
    }

    /// <summary>Initial prompt and hot words as tokens.</summary>
    private int[] InitialPrompt()
    {
        string words = string.Join(", ", _options.HotWords.Select(word => word.Trim()).Where(word => word.Length > 0));
        string prompt = string.Join('\n', new[] { _options.InitialPrompt ?? "", words }.Where(part => part.Length > 0)).Trim();
        return prompt.Length == 0 ? [] : _tokenizer.Encode(" " + prompt);
    }

    /// <summary>The frames to go through.</summary>
    private IEnumerable<(int Start, int End)> Clips()
    {
        List<int> points = [.. _options.ClipTimestamps.Select(time => WhisperSegmenter.Frames(time.TotalSeconds))];
        if (points.Count == 0)
            points.Add(0);
        if (points.Count % 2 == 1)
            points.Add(_mel.ContentFrames);
        return points.Chunk(2).Select(pair => (pair[0], Math.Min(pair[1], _mel.ContentFrames)));
    }

    /// <summary>Decodes a window; gives its segments and where the next window begins.</summary>
    private (List<WhisperSegment> Segments, WhisperDecodingResult Result, int Next) Transcribe(int seek, int size)
    {
        WhisperAudio audio = Encode(seek, size);
        WhisperDecodingResult result = DecodeWithFallback(audio);
        if (IsSilent(result))
            return ([], result, seek + size);
        (List<WhisperSegment> segments, int advance, bool single) = WhisperSegmenter.Cut(_tokenizer, result.Tokens, seek, size);
        int next = seek + advance;
        bool dropped = false;
        if (_options.WordTimestamps)
            (next, dropped) = TimeWords(audio, segments, new WhisperWindow(seek, size, WhisperSegmenter.Seconds(_mel.ContentFrames), single), next);
        if (dropped)
            segments.Clear();
        else
            Remember(segments, result);
        // Rounding must not stop the way through the audio.
        return (segments, result, next > seek ? next : seek + size);
    }

    /// <summary>Encodes a window, unless it is the one that was encoded last.</summary>
    private WhisperAudio Encode(int seek, int size)
    {
        if (_encoded is { } held && held.Seek == seek && held.Size == size)
            return held.Audio;
        _encoded?.Audio.Dispose();
        _encoded = null;
        using Tensor mel = _mel.Window(seek, size);
        WhisperAudio audio = _network.Encode(mel);
        _encoded = (seek, size, audio);
        return audio;
    }

    /// <summary>Tries the temperatures in turn until an answer is neither repetitive nor improbable, or is taken for silence.</summary>
    private WhisperDecodingResult DecodeWithFallback(WhisperAudio audio)
    {
        // More than the decoder can see is never asked for.
        int[] prompt = [.. CollectionsMarshal.AsSpan(_tokens)[Math.Max(_promptStart, _tokens.Count - _network.Config.TextContext)..]];
        WhisperDecodingResult? result = null;
        foreach (double temperature in _options.Temperatures ?? DefaultTemperatures)
        {
            result = _decoding.Decode(audio, prompt, temperature, _cancellationToken);
            bool improbable = result.AverageLogProbability < _options.LogProbabilityThreshold;
            bool repetitive = result.CompressionRatio > _options.CompressionRatioThreshold;
            bool silent = improbable && result.NoSpeechProbability > _options.NoSpeechThreshold;
            if (silent || !(improbable || repetitive))
                break;
        }
        return result!;
    }

    private bool IsSilent(WhisperDecodingResult result) =>
        result.NoSpeechProbability > _options.NoSpeechThreshold && !(result.AverageLogProbability > _options.LogProbabilityThreshold);

    private (int Next, bool Dropped) TimeWords(WhisperAudio audio, List<WhisperSegment> segments, WhisperWindow window, int next)
    {
        int[] text = [.. segments.SelectMany(segment => segment.Tokens).Where(token => token < _tokenizer.EndOfText)];
        List<WhisperWord> words = _aligner.FindWords(audio, text, window.Size, _code, _options.Task);
        WhisperTiming.AddWords(segments, words, _tokenizer.EndOfText, _lastSpeech, _options.PrependPunctuations, _options.AppendPunctuations);
        if (!window.SingleEnding && WhisperHallucinations.LastWordEnd(segments) is { } lastEnd && lastEnd > window.Offset)
            next = WhisperSegmenter.Frames(lastEnd);
        if (_options.HallucinationSilenceThreshold is { } threshold)
        {
            (next, bool dropped) = WhisperHallucinations.Remove(segments, window, next, _lastSpeech, threshold.TotalSeconds);
            if (dropped)
                return (next, true);
        }
        _lastSpeech = WhisperHallucinations.LastWordEnd(segments) ?? _lastSpeech;
        return (next, false);
    }

    /// <summary>Empties segments that say nothing, and keeps the tokens as prompt of the next window.</summary>
    private void Remember(List<WhisperSegment> segments, WhisperDecodingResult result)
    {
        foreach (WhisperSegment segment in segments)
        {
            if (segment.Start == segment.End || string.IsNullOrWhiteSpace(segment.Text))
                (segment.Text, segment.Tokens, segment.Words) = ("", [], []);
            _tokens.AddRange(segment.Tokens);
        }
        // What was sampled at a high temperature is no good model for what follows.
        if (!_options.ConditionOnPreviousText || result.Temperature > 0.5)
            _promptStart = _tokens.Count;
    }

    private TranscriptSegment Publish(WhisperSegment segment, WhisperDecodingResult result) => new()
    {
        Id = _segments++,
        Seek = segment.Seek,
        Start = TimeSpan.FromSeconds(segment.Start),
        End = TimeSpan.FromSeconds(segment.End),
        Text = segment.Text,
        Tokens = segment.Tokens,
        Words = segment.Words is null
            ? null
            : [.. segment.Words.Select(word => new TranscriptWord(word.Text, TimeSpan.FromSeconds(word.Start), TimeSpan.FromSeconds(word.End), word.Probability))],
        Language = Language,
        Temperature = result.Temperature,
        AverageLogProbability = result.AverageLogProbability,
        CompressionRatio = result.CompressionRatio,
        NoSpeechProbability = result.NoSpeechProbability,
    };
}
