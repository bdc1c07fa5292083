namespace Timbre.Tests.Golden;

/// <summary>What became of one row of a table.</summary>
/// <param name="Name">The row, for example its id.</param>
/// <param name="Failure">What differs; null when the row passed.</param>
/// <param name="Skipped">Why the row could not run (something outside the code is missing); null when it ran.</param>
internal sealed record GoldenRow(string Name, string? Failure = null, string? Skipped = null);
