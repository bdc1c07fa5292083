namespace Timbre.Cli;

/// <summary>How a run ended, for the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>Ended by Ctrl-C, as shells report it: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;
}
