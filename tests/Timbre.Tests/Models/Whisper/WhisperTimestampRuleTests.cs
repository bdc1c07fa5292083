using CsCheck;
using Timbre.Generation;
using Timbre.Generation.LogitsRules;
using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public class WhisperTimestampRuleTests
{
    private static readonly WhisperTokenizer Tokenizer = new(WhisperVocabularies.BuiltIn("gpt2"), 51864);

    [Fact]
    public void AnyGreedyTranscriptIsPairsOfTimesThatNeverGoBack() => Gen.ULong.Sample(
        seed =>
        {
            int first = Tokenizer.FirstTimestamp;
            var random = new Random((int)(seed % int.MaxValue));
            var rule = new WhisperTimestampRule(Tokenizer);
            var sampled = new List<int>();
            var logits = new float[51864];
            while (sampled.Count < 60 && (sampled.Count == 0 || sampled[^1] != Tokenizer.EndOfText))
            {
                for (int i = 0; i < logits.Length; i++)
                    logits[i] = random.NextSingle() * 12;
                rule.Apply(logits, sampled.ToArray());
                float best = LogitsMath.Max(logits);
                Assert.True(float.IsFinite(best));
                sampled.Add(Array.IndexOf(logits, best));
            }
            int[] times = [.. sampled.Where(id => id >= first)];
            Assert.InRange(sampled[0], first, first + 50);
            Assert.DoesNotContain(Tokenizer.NoTimestamps, sampled);
            Assert.Equal(times.Order(), times);
            // The first time opens; then each pair closes one segment and opens the next, side by side.
            for (int i = 2; i < sampled.Count; i++)
                Assert.False(sampled[i] >= first && sampled[i - 1] >= first && sampled[i - 2] >= first);
        },
        iter: 20, threads: 1);

    [Fact]
    public void SuppressionKeepsIdsOut()
    {
        float[] logits = new float[10];
        new SuppressTokensRule([1, 99]).Apply(logits, [5]);
        new SuppressTokensRule([2], firstStepOnly: true).Apply(logits, [5]);
        Assert.Equal([1], Enumerable.Range(0, 10).Where(id => !float.IsFinite(logits[id])));
        new SuppressTokensRule([2], firstStepOnly: true).Apply(logits, []);
        Assert.Equal(float.NegativeInfinity, logits[2]);
    }

    [Fact]
    public void ReductionsAreThoseOfTheirDefinition() => Gen.Float[-50, 50].Array[0, 70].Sample(values =>
    {
        Assert.Equal(values.Append(float.NegativeInfinity).Max(), LogitsMath.Max(values));
        if (values.Length > 0)
            Assert.Equal(Math.Log(values.Sum(value => Math.Exp(value))), LogitsMath.LogSumExp(values), 5e-5);
    });

    [Fact]
    public void RepetitionCompressesBetter()
    {
        Assert.Equal(0, CompressionRatio.Of(""));
        Assert.InRange(CompressionRatio.Of("The quick brown fox jumps over the lazy dog."), 0.7, 1.1);
        Assert.True(CompressionRatio.Of(string.Concat(Enumerable.Repeat(" and so on", 40))) > 2.4);
    }
}
