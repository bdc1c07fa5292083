using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Timbre.Cli.Commands;

namespace Timbre.Cli;

/// <summary>The command <c>timbre</c>: its verbs, and how an error becomes a line on standard error and an exit code.</summary>
internal static partial class CommandLine
{
    // A native call cannot be interrupted: this long it may take to notice Ctrl-C.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(10);

    // A text that begins with @ is a text, not the name of a file of arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandHost host, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = Parse(arguments.Count > 0 ? arguments : ["--help"], host);
        if (parsed.Action is ParseErrorAction)
        {
            string verb = parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
            return Fail(host, $"{OneLine(parsed.Errors[^1].Message)} See: timbre {verb}--help", ExitCode.WrongUsage);
        }
        if (MistakenOption(parsed) is { } option)
            return Fail(host, $"there is no option {option}. A text or file that begins with a dash goes behind --", ExitCode.WrongUsage);
        bool verbose = parsed.GetValue(GlobalOptions.Verbose);
        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = host.Output,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationTimeout,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error)
        {
            return Report(host, error, verbose);
        }
        finally
        {
            host.Outputs.AbandonAll();
        }
    }

    public static ParseResult Parse(IReadOnlyList<string> arguments, CommandHost host) => Create(host).Parse(arguments, Parsing);

    /// <summary>Writes what went wrong, and says which exit code that is.</summary>
    public static int Report(CommandHost host, Exception error, bool verbose)
    {
        int code = error is UsageException or ArgumentException ? ExitCode.WrongUsage : ExitCode.Failed;
        bool expected = error is UsageException or ArgumentException or AudioFormatException or ModelNotSupportedException or WeightException or HubException
            or IOException or UnauthorizedAccessException or InvalidOperationException or NotSupportedException;
        string message = ParameterName().Replace(OneLine(error.Message), "");
        if (verbose)
            return Fail(host, error.ToString(), code);
        return Fail(host, expected ? message : $"unexpected {error.GetType().Name}: {message} (--verbose shows where)", code);
    }

    // The parser takes an option that it does not know for a further text or file.
    private static string? MistakenOption(ParseResult parsed)
    {
        var given = new HashSet<Token>(parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash), ReferenceEqualityComparer.Instance);
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .FirstOrDefault(token => token.Value.StartsWith('-') && token.Value.Length > 1 && given.Contains(token))?.Value;
    }

    private static RootCommand Create(CommandHost host)
    {
        var root = new RootCommand("Speech AI on your own machine: text to speech and speech to text.")
        {
            new TtsCommand(host),
            new SttCommand(host),
            new PhonemesCommand(host),
            new VoicesCommand(host),
            new ModelsCommand(host),
            new ConvertCommand(host),
            new PullCommand(host),
            new RemoveCommand(host),
            new DoctorCommand(host),
        };
        GlobalOptions.AddTo(root);
        ExampleHelp.AddTo(root);
        return root;
    }

    private static int Fail(CommandHost host, string message, int code)
    {
        host.Error.WriteLine($"timbre: {message}");
        return code;
    }

    private static string OneLine(string message) => Blanks().Replace(message, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    // ArgumentException appends the name of a parameter, which says nothing to a user.
    [GeneratedRegex(@" \(Parameter '\w+'\)")]
    private static partial Regex ParameterName();
}
