namespace Timbre.Cli;

/// <summary>The value of an option that takes a number or <c>none</c>.</summary>
/// <param name="Value">The number; null for none.</param>
internal readonly record struct Limit(double? Value);
