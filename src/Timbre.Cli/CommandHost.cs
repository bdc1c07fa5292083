using System.Text;
using Timbre.Hub;
using Timbre.Loading;
using Timbre.Text.Phonemes;

namespace Timbre.Cli;

/// <summary>What the commands touch of the world outside: the standard streams, and the loading of models. Tests give their own.</summary>
internal sealed class CommandHost
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    public required Func<Stream> OpenOutput { get; init; }

    public bool InputRedirected { get; init; } = true;

    public bool OutputRedirected { get; init; } = true;

    public bool ErrorRedirected { get; init; } = true;

    /// <summary>Files that this run writes.</summary>
    public OutputFiles Outputs { get; } = new();

    public ModelCatalog Catalog { get; init; } = ModelCatalog.Default;

    /// <summary>Where the Hub and its cache are; what is wrong with the environment shows when it is asked.</summary>
    public Func<HubOptions> ReadHubOptions { get; init; } = HubOptions.FromEnvironment;

    public Func<string?, LoadOptions, CancellationToken, Task<ISpeechToText>> LoadSpeechToText { get; init; } = Speech.LoadSpeechToTextAsync;

    public Func<string?, LoadOptions, CancellationToken, Task<ITextToSpeech>> LoadTextToSpeech { get; init; } = Speech.LoadTextToSpeechAsync;

    public Func<string, ModelCatalog, IPhonemizer> LoadPhonemizer { get; init; } = Phonemizers.Load;

    public static CommandHost ForConsole()
    {
        if (OperatingSystem.IsWindows())
            Console.OutputEncoding = Encoding.UTF8;
        return new CommandHost
        {
            Output = Console.Out,
            Error = Console.Error,
            OpenInput = Console.OpenStandardInput,
            OpenOutput = Console.OpenStandardOutput,
            InputRedirected = Console.IsInputRedirected,
            OutputRedirected = Console.IsOutputRedirected,
            ErrorRedirected = Console.IsErrorRedirected,
        };
    }
}
