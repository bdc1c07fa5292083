namespace Timbre.Cli;

/// <summary>Arguments that parse one by one but do not go together.</summary>
internal sealed class UsageException(string message) : Exception(message);
