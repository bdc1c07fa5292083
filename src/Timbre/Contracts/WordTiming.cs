namespace Timbre;

/// <summary>When a word is spoken, from the start of the whole audio.</summary>
/// <param name="Text">The word as written, without surrounding space.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
public sealed record WordTiming(string Text, TimeSpan Start, TimeSpan End);
