namespace Timbre.Tests.Golden;

/// <summary>Does what recorded cases ask for. Every implementation in this assembly with a parameterless constructor is found by itself.</summary>
internal interface IGoldenRunner
{
    /// <summary>The family whose cases it runs (the first folder); null for entries that mean the same in every family.</summary>
    string? Family { get; }

    /// <summary>The values of <c>entry</c> that it runs.</summary>
    IEnumerable<string> Entries { get; }

    /// <summary>Computes the case and gives every stage, result and expectation to <paramref name="check"/>, in the order of computation.</summary>
    void Run(GoldenCase golden, GoldenCheck check);
}
