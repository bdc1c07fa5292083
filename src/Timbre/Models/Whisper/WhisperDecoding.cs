using System.Runtime.InteropServices;
using Timbre.Generation;
using Timbre.Generation.LogitsRules;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>Decodes windows, one after the other, as the options of one request say (whisper/decoding.py of the original).</summary>
internal sealed class WhisperDecoding
{
    private readonly WhisperNetwork _network;
    private readonly WhisperTokenizer _tokenizer;
    private readonly WhisperOptions _options;
    private readonly RandomSource _random;
    private readonly KvCache _cache;
    private readonly int[] _start;
    private readonly List<ILogitsRule> _rules = [];
    private readonly int _maxTokens;

    /// <param name="network">The network.</param>
    /// <param name="tokenizer">Its vocabulary.</param>
    /// <param name="options">The request's options.</param>
    /// <param name="language">Language code.</param>
    /// <param name="random">Where draws come from.</param>
    /// <param name="cache">Room for <see cref="RowsFor"/> sequences.</param>
    public WhisperDecoding(
        WhisperNetwork network, WhisperTokenizer tokenizer, WhisperOptions options, string language, RandomSource random, KvCache cache)
    {
        (_network, _tokenizer, _options, _random, _cache) = (network, tokenizer, options, random, cache);
        int half = network.Config.TextContext / 2;
        _maxTokens = options.MaxTokensPerWindow ?? half;
        bool timestamps = !options.WithoutTimestamps || options.WordTimestamps;
        _start = [.. tokenizer.StartSequence(language, options.Task, timestamps), .. Prefix(half - _maxTokens)];
        if (options.SuppressBlank)
            _rules.Add(new SuppressTokensRule(WhisperSuppression.BlankTokens(tokenizer), firstStepOnly: true));
        _rules.Add(new SuppressTokensRule(WhisperSuppression.SuppressedTokens(tokenizer, options.SuppressTokens)));
        if (timestamps)
            _rules.Add(new WhisperTimestampRule(tokenizer, options.MaxInitialTimestamp?.TotalSeconds));
    }

    /// <summary>How many sequences the options decode in parallel.</summary>
    public static int RowsFor(WhisperOptions options) => Math.Max(options.BeamSize ?? 1, options.BestOf ?? 1);

    /// <summary>Decodes a window.</summary>
    /// <param name="audio">The window.</param>
    /// <param name="prompt">Tokens of the text before it.</param>
    /// <param name="temperature">0 for the likeliest text, by beams where asked for; above it samples are drawn.</param>
    /// <param name="cancellationToken">Looked at before each token.</param>
    public WhisperDecodingResult Decode(WhisperAudio audio, ReadOnlySpan<int> prompt, double temperature, CancellationToken cancellationToken = default)
    {
        ITokenSearch search = temperature == 0 && _options.BeamSize is { } beams
            ? new BeamSearch(beams, _options.Patience ?? 1, _tokenizer.EndOfText)
            : new SamplingSearch(temperature > 0 ? _options.BestOf ?? 1 : 1, temperature, _tokenizer.EndOfText, _random);
        double noSpeech = Search(search, audio, Initial(prompt), draws: temperature > 0, cancellationToken);
        TokenCandidate best = search.Finish().MaxBy(Rank)!;
        string text = _tokenizer.Decode(best.Tokens).Trim();
        return new WhisperDecodingResult(
            best.Tokens, text, temperature, best.LogProbability / (best.Tokens.Length + 1), noSpeech, CompressionRatio.Of(text));
    }

    /// <summary>Runs the search; gives the probability of no speech.</summary>
    private double Search(ITokenSearch search, WhisperAudio audio, int[] initial, bool draws, CancellationToken cancellationToken)
    {
        _cache.Reset();
        int start = Array.LastIndexOf(initial, _tokenizer.StartOfTranscript), last = initial.Length - 1;
        cancellationToken.ThrowIfCancellationRequested();
        using Tensor prefill = _network.Decode(initial, audio, _cache, [start, last]);
        double noSpeech = Probability(MemoryMarshal.Cast<byte, float>(prefill.bytes)[.._network.Config.VocabularySize], _tokenizer.NoSpeech);
        if (search.Rows > 1)
            _cache.Select(new int[search.Rows]);
        Tensor logits;
        using (Tensor first = prefill.select(1, 1))
            logits = first.repeat(search.Rows, 1);
        for (int count = 1; ; count++)
        {
            using (logits)
            {
                ApplyRules(logits, search);
                search.Step(logits);
                bool fits = count < _maxTokens && initial.Length + count <= _network.Config.TextContext;
                if (!fits || search.IsComplete)
                {
                    // The reference computes a step ahead of the end: it makes one more draw, which nobody sees, and recorded draws hold it.
                    if (fits && draws)
                        _random.Categorical(logits).Dispose();
                    return noSpeech;
                }
            }
            cancellationToken.ThrowIfCancellationRequested();
            _cache.Select(search.Sources);
            using Tensor next = _network.Decode(search.Newest, audio, _cache);
            logits = next.squeeze(1);
        }
    }

    private void ApplyRules(Tensor logits, ITokenSearch search)
    {
        Span<float> values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        int vocabulary = values.Length / search.Rows;
        for (int row = 0; row < search.Rows; row++)
        {
            if (search.HasEnded(row))
                continue;
            foreach (ILogitsRule rule in _rules)
                rule.Apply(values.Slice(row * vocabulary, vocabulary), search.Tokens(row));
        }
    }

    /// <summary>Log-probability by length, or by the penalty of Wu et al. 2016 (Google's neural machine translation).</summary>
    private double Rank(TokenCandidate candidate)
    {
        int length = candidate.Tokens.Length;
        return candidate.LogProbability / (_options.LengthPenalty is { } alpha ? Math.Pow((5 + length) / 6.0, alpha) : Math.Max(1, length));
    }

    private static double Probability(ReadOnlySpan<float> logits, int token) => Math.Exp(logits[token] - LogitsMath.LogSumExp(logits));

    /// <summary>The prompt's end, as much as fits, then what the transcript begins with.</summary>
    private int[] Initial(ReadOnlySpan<int> prompt)
    {
        if (prompt.IsEmpty)
            return _start;
        int context = _network.Config.TextContext;
        int room = Math.Min(context / 2 - 1, context - _start.Length - 1);
        return [_tokenizer.StartOfPrevious, .. prompt[Math.Max(0, prompt.Length - room)..], .. _start];
    }

    private int[] Prefix(int room)
    {
        if (_options.Prefix is not { } prefix || string.IsNullOrWhiteSpace(prefix))
            return [];
        int[] ids = _tokenizer.Encode(" " + prefix.Trim());
        ids = room > 0 && ids.Length > room ? ids[^room..] : ids;
        return ids.Length <= _network.Config.TextContext / 2 ? ids
            : throw new ArgumentException($"The prefix has {ids.Length} tokens; at most {_network.Config.TextContext / 2} fit.", nameof(WhisperOptions.Prefix));
    }
}
