using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Timbre.Generation;

/// <summary>Takes the likeliest token, or draws one where the temperature is above 0, for each of some independent sequences.</summary>
internal sealed class SamplingSearch : ITokenSearch
{
    private readonly double _temperature;
    private readonly int _end;
    private readonly RandomSource _random;
    private readonly List<int>[] _tokens;
    private readonly double[] _sums;
    private readonly int[] _newest;
    private readonly int[] _sources;

    /// <param name="rows">How many sequences.</param>
    /// <param name="temperature">What logits are divided by before a draw; 0 takes the likeliest.</param>
    /// <param name="end">The token that ends a sequence.</param>
    /// <param name="random">Where draws come from.</param>
    public SamplingSearch(int rows, double temperature, int end, RandomSource random)
    {
        (_temperature, _end, _random) = (temperature, end, random);
        _tokens = [.. Enumerable.Range(0, rows).Select(_ => new List<int>())];
        _sums = new double[rows];
        _newest = new int[rows];
        Array.Fill(_newest, -1);
        _sources = [.. Enumerable.Range(0, rows)];
    }

    /// <inheritdoc/>
    public int Rows => _tokens.Length;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Newest => _newest;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Sources => _sources;

    /// <inheritdoc/>
    public bool IsComplete => Array.TrueForAll(_newest, token => token == _end);

    /// <inheritdoc/>
    public bool HasEnded(int row) => _newest[row] == _end;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Tokens(int row) => CollectionsMarshal.AsSpan(_tokens[row]);

    /// <inheritdoc/>
    public void Step(Tensor logits)
    {
        long[]? drawn = _temperature > 0 ? Draw(logits) : null;
        Span<float> values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        int vocabulary = values.Length / Rows;
        for (int row = 0; row < Rows; row++)
        {
            if (HasEnded(row))
                continue;
            ReadOnlySpan<float> scores = values.Slice(row * vocabulary, vocabulary);
            int token = drawn is null ? Math.Max(0, scores.IndexOf(LogitsMath.Max(scores))) : (int)drawn[row];
            _sums[row] += scores[token] - LogitsMath.LogSumExp(scores);
            _newest[row] = token;
            if (token != _end)
                _tokens[row].Add(token);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TokenCandidate> Finish() =>
        [.. _tokens.Select((tokens, row) => new TokenCandidate([.. tokens], _sums[row]))];

    private long[] Draw(Tensor logits)
    {
        using Tensor cooled = logits / _temperature;
        using Tensor drawn = _random.Categorical(cooled);
        return drawn.data<long>().ToArray();
    }
}
