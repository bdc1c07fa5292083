namespace Timbre.Loading;

/// <summary>Another repository that a model needs: its codec, tokenizer, vocoder or voices.</summary>
/// <param name="Repository">Its name, <c>owner/name</c>.</param>
/// <param name="Patterns">Which of its files.</param>
/// <param name="Revision">A branch, a tag or a commit; null is <c>main</c>.</param>
internal sealed record Companion(string Repository, IReadOnlyList<string> Patterns, string? Revision = null);
