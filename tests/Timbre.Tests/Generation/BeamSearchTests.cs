using CsCheck;
using Timbre.Generation;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Generation;

/// <summary>Searches over a small random language: the logits of a sequence are a function of it.</summary>
public class BeamSearchTests
{
    private const int Vocabulary = 5, End = 4, MaxTokens = 4;

    private static readonly Gen<int> Seeds = Gen.Int[0, 1_000_000];

    private static float[] Logits(int seed, ReadOnlySpan<int> tokens)
    {
        uint state = (uint)seed * 2654435761u + 12345;
        foreach (int token in tokens)
            state = (state ^ (uint)(token + 1)) * 2246822519u;
        var values = new float[Vocabulary];
        for (int i = 0; i < Vocabulary; i++)
        {
            state = state * 1664525u + 1013904223u;
            values[i] = (state >> 8) / (float)(1 << 24) * 6;
        }
        return values;
    }

    private static IReadOnlyList<TokenCandidate> Run(ITokenSearch search, int seed)
    {
        for (int step = 0; step < MaxTokens && !search.IsComplete; step++)
        {
            using var scope = NewDisposeScope();
            var all = new List<float>();
            for (int row = 0; row < search.Rows; row++)
                all.AddRange(Logits(seed, search.Tokens(row)));
            search.Step(tensor(all.ToArray(), [search.Rows, Vocabulary]));
        }
        return search.Finish();
    }

    private static double BestOf(int seed, int[] tokens, double score)
    {
        float[] logits = Logits(seed, tokens);
        double normalizer = LogitsMath.LogSumExp(logits);
        double best = score + logits[End] - normalizer;
        if (tokens.Length == MaxTokens)
            return score;
        for (int token = 0; token < Vocabulary; token++)
        {
            if (token != End)
                best = Math.Max(best, BestOf(seed, [.. tokens, token], score + logits[token] - normalizer));
        }
        return best;
    }

    [Fact]
    public void OneBeamIsGreedy() => Seeds.Sample(seed =>
    {
        using var random = new RandomSource(0);
        TokenCandidate greedy = Run(new SamplingSearch(1, 0, End, random), seed)[0], beam = Run(new BeamSearch(1, 1, End), seed)[0];
        Assert.Equal(greedy.Tokens, beam.Tokens);
        Assert.Equal(greedy.LogProbability, beam.LogProbability, 1e-5);
    }, iter: 200);

    [Fact]
    public void AllBeamsFindTheLikeliestSequence() => Seeds.Sample(seed =>
    {
        // So many beams that no sequence is ever dropped, and so much patience that the search goes to the end.
        IReadOnlyList<TokenCandidate> found = Run(new BeamSearch(400, 1, End), seed);
        Assert.Equal(BestOf(seed, [], 0), found.Max(candidate => candidate.LogProbability), 1e-5);
    }, iter: 50);

    [Fact]
    public void CandidatesAreDistinctAndNoMoreThanAskedFor() => Gen.Select(Seeds, Gen.Int[1, 6]).Sample((seed, beams) =>
    {
        IReadOnlyList<TokenCandidate> found = Run(new BeamSearch(beams, 1, End), seed);
        Assert.InRange(found.Count, 1, beams);
        Assert.Equal(found.Count, found.Select(candidate => string.Join(' ', candidate.Tokens)).Distinct().Count());
    }, iter: 200);

    [Fact]
    public void PatienceWaitsForMore() => Seeds.Sample(seed =>
        Assert.True(Run(new BeamSearch(2, 3, End), seed).Max(candidate => candidate.LogProbability)
            >= Run(new BeamSearch(2, 1, End), seed).Where(candidate => candidate.Tokens.Length < MaxTokens).Select(candidate => candidate.LogProbability)
                .DefaultIfEmpty(double.NegativeInfinity).Max() - 1e-6), iter: 200);

    [Fact]
    public void ScoresAreSumsOfLogProbabilities() => Seeds.Sample(seed =>
    {
        foreach (TokenCandidate candidate in Run(new BeamSearch(3, 1, End), seed))
        {
            double sum = 0;
            int[] told = candidate.Tokens.Length < MaxTokens ? [.. candidate.Tokens, End] : candidate.Tokens;
            for (int i = 0; i < told.Length; i++)
            {
                float[] logits = Logits(seed, told.AsSpan(0, i));
                sum += logits[told[i]] - LogitsMath.LogSumExp(logits);
            }
            Assert.Equal(sum, candidate.LogProbability, 1e-5);
        }
    }, iter: 100);
}
