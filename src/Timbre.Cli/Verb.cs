using System.CommandLine;

namespace Timbre.Cli;

/// <summary>One verb of the command line, with examples for its help.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, CommandHost host, params string[] examples) : base(name, description)
    {
        Host = host;
        Examples = examples;
        SetAction(RunAsync);
    }

    /// <summary>Command lines to learn from; the first one is shown in the overview.</summary>
    public IReadOnlyList<string> Examples { get; }

    protected CommandHost Host { get; }

    /// <summary>Does it; the exit code.</summary>
    protected abstract Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken);
}
