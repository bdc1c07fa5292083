using Timbre.Generation;
using Timbre.Generation.LogitsRules;

namespace Timbre.Models.Whisper;

/// <summary>
/// Timestamps come in pairs, do not go back, begin a transcript, and win over text where together they are likelier than the likeliest word
/// (the original implementation's ApplyTimestampRules).
/// </summary>
internal sealed class WhisperTimestampRule : ILogitsRule
{
    private readonly int _end;
    private readonly int _noTimestamps;
    private readonly int _first;
    private readonly int? _maxInitialIndex;

    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="maxInitialTimestamp">Latest time in seconds at which a transcript may begin; null for any.</param>
    public WhisperTimestampRule(WhisperTokenizer tokenizer, double? maxInitialTimestamp = 1.0)
    {
        _end = tokenizer.EndOfText;
        _noTimestamps = tokenizer.NoTimestamps;
        _first = tokenizer.FirstTimestamp;
        _maxInitialIndex = maxInitialTimestamp is { } seconds ? (int)Math.Round(seconds / WhisperTokenizer.TimestampStep) : null;
    }

    /// <inheritdoc/>
    public void Apply(Span<float> logits, ReadOnlySpan<int> sampled)
    {
        logits[_noTimestamps] = float.NegativeInfinity;
        Pair(logits, sampled);
        if (sampled.IsEmpty)
        {
            logits[.._first].Fill(float.NegativeInfinity);
            if (_maxInitialIndex is { } index && _first + index + 1 < logits.Length)
                logits[(_first + index + 1)..].Fill(float.NegativeInfinity);
        }
        else if (LogitsMath.LogSumExp(logits[_first..]) > LogitsMath.Max(logits[.._first]))
        {
            logits[.._first].Fill(float.NegativeInfinity);
        }
    }

    private void Pair(Span<float> logits, ReadOnlySpan<int> sampled)
    {
        bool lastIsTime = sampled.Length >= 1 && sampled[^1] >= _first;
        bool oneBeforeIsTime = sampled.Length < 2 || sampled[^2] >= _first;
        bool closes = lastIsTime && !oneBeforeIsTime;
        if (closes)
            logits[.._end].Fill(float.NegativeInfinity);
        else if (lastIsTime)
            logits[_first..].Fill(float.NegativeInfinity);
        int last = sampled.LastIndexOfAnyInRange(_first, int.MaxValue);
        // The closing timestamp may be repeated to open the next segment; any other must advance, so that no segment is empty.
        if (last >= 0)
            logits[_first..Math.Min(sampled[last] + (closes ? 0 : 1), logits.Length)].Fill(float.NegativeInfinity);
    }
}
