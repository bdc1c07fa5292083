namespace Timbre.Generation.LogitsRules;

/// <summary>Keeps some ids out, at every step or at the first one only.</summary>
internal sealed class SuppressTokensRule(int[] ids, bool firstStepOnly = false) : ILogitsRule
{
    /// <inheritdoc/>
    public void Apply(Span<float> logits, ReadOnlySpan<int> sampled)
    {
        if (firstStepOnly && !sampled.IsEmpty)
            return;
        foreach (int id in ids)
            if ((uint)id < (uint)logits.Length)
                logits[id] = float.NegativeInfinity;
    }
}
