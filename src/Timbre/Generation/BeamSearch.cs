using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Timbre.Generation;

/// <summary>
/// Beam search as in OpenAI Whisper: every beam offers its likeliest continuations, the best of all go on, and the search ends when enough
/// sequences have (Kasai et al. 2022, "A Call for Clarity in Beam Search": patience says how many are enough).
/// </summary>
internal sealed class BeamSearch : ITokenSearch
{
    private readonly int _beams;
    private readonly int _wanted;
    private readonly int _end;
    private readonly List<TokenCandidate> _finished = [];
    // The search begins with one sequence: equal beams would only offer the same.
    private List<TokenCandidate> _live = [new([], 0)];
    private int[] _newest = [];
    private int[] _sources = [0];

    /// <param name="beams">Sequences that go on.</param>
    /// <param name="patience">How many ended sequences are enough, as a factor of the beams.</param>
    /// <param name="end">The token that ends a sequence.</param>
    public BeamSearch(int beams, double patience, int end) =>
        (_beams, _wanted, _end) = (beams, Math.Max(1, (int)Math.Round(beams * patience)), end);

    /// <inheritdoc/>
    public int Rows => _live.Count;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Newest => _newest;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Sources => _sources;

    /// <inheritdoc/>
    public bool IsComplete => _finished.Count >= _wanted || _live.Count == 0;

    /// <inheritdoc/>
    public bool HasEnded(int row) => false;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Tokens(int row) => _live[row].Tokens;

    /// <inheritdoc/>
    public void Step(Tensor logits)
    {
        Span<float> values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        int vocabulary = values.Length / Rows;
        var offers = new List<(int Row, int Token, double Score)>(Rows * (_beams + 1));
        for (int row = 0; row < Rows; row++)
            Offer(row, values.Slice(row * vocabulary, vocabulary), offers);
        var next = new List<TokenCandidate>(_beams);
        var newest = new List<int>(_beams);
        var sources = new List<int>(_beams);
        // OrderBy is stable: of equal scores the first offered wins.
        foreach ((int row, int token, double score) in offers.OrderByDescending(offer => offer.Score))
        {
            int[] tokens = _live[row].Tokens;
            if (token == _end)
            {
                if (_finished.Count < _wanted)
                    _finished.Add(new TokenCandidate(tokens, score));
                continue;
            }
            next.Add(new TokenCandidate([.. tokens, token], score));
            newest.Add(token);
            sources.Add(row);
            if (next.Count == _beams)
                break;
        }
        (_live, _newest, _sources) = (next, [.. newest], [.. sources]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TokenCandidate> Finish() => _finished.Count >= _beams
        ? _finished
        : [.. _finished, .. _live.OrderByDescending(candidate => candidate.LogProbability).Take(_beams - _finished.Count)];

    /// <summary>The likeliest continuations of a sequence; one more than there are beams, as one of them may be the end.</summary>
    private void Offer(int row, ReadOnlySpan<float> logits, List<(int Row, int Token, double Score)> offers)
    {
        double normalizer = LogitsMath.LogSumExp(logits), before = _live[row].LogProbability;
        Span<int> best = stackalloc int[Math.Min(_beams + 1, logits.Length)];
        int count = 0;
        float least = float.NegativeInfinity;
        for (int token = 0; token < logits.Length; token++)
        {
            // What the rules have ruled out, negative infinity, is never offered.
            if (!(logits[token] > least))
                continue;
            int place = count < best.Length ? count++ : count - 1;
            for (; place > 0 && logits[best[place - 1]] < logits[token]; place--)
                best[place] = best[place - 1];
            best[place] = token;
            if (count == best.Length)
                least = logits[best[^1]];
        }
        foreach (int token in best[..count])
            offers.Add((row, token, before + logits[token] - normalizer));
    }
}
