namespace Timbre.Generation.LogitsRules;

/// <summary>Changes the logits of one step before a token is chosen.</summary>
internal interface ILogitsRule
{
    /// <summary>Changes <paramref name="logits"/> in place; an id that must not come gets negative infinity.</summary>
    /// <param name="logits">One value for each id of the vocabulary.</param>
    /// <param name="sampled">The ids chosen so far, without the prompt.</param>
    void Apply(Span<float> logits, ReadOnlySpan<int> sampled);
}
