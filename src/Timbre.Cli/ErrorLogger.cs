using Microsoft.Extensions.Logging;

namespace Timbre.Cli;

/// <summary>Writes what the library reports to standard error, a line an event.</summary>
internal sealed class ErrorLogger(TextWriter error) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The command line has one log.");

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            error.WriteLine($"timbre: {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
