using Timbre.Audio;
using Timbre.Cli;
using Timbre.Hub;
using Timbre.Loading;

namespace Timbre.Tests.Cli;

/// <summary>A run of the command line in this process, with models that are none.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly MemoryStream _bytes = new();

    public CliRun() => File.WriteAllBytes(At("speech.wav"), Silence());

    public TemporaryFolder Folder { get; } = new();

    public FakeListener Listener { get; init; } = new();

    public FakeSpeaker Speaker { get; init; } = new();

    public byte[] Input { get; init; } = [];

    /// <summary>Standard input that gives nothing and does not end, instead of <see cref="Input"/>.</summary>
    public StalledStream? Stalled { get; init; }

    public bool OnTerminal { get; init; }

    public IReadOnlyList<string> Catalog { get; init; } = [];

    /// <summary>The Hub; none that answers where this is null.</summary>
    public HubOptions? Hub { get; init; }

    public CancellationToken CancellationToken { get; init; }

    public LoadOptions? LoadOptions { get; private set; }

    public string? Model { get; private set; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public byte[] Bytes => _bytes.ToArray();

    /// <summary>A WAV file of a tenth of a second.</summary>
    public static byte[] Silence()
    {
        using var stream = new MemoryStream();
        AudioFile.Write(stream, new AudioBuffer(new float[1600], 16000), new AudioWriteOptions { Format = AudioFileFormat.Wav });
        return stream.ToArray();
    }

    public string At(string name) => Folder[name];

    public Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(arguments, Host(), CancellationToken);

    public CommandHost Host() => new()
    {
        Output = _output,
        Error = _error,
        OpenInput = () => Stalled ?? (Stream)new MemoryStream(Input),
        OpenOutput = () => _bytes,
        InputRedirected = !OnTerminal,
        OutputRedirected = !OnTerminal,
        ErrorRedirected = !OnTerminal,
        Catalog = new ModelCatalog(Catalog),
        ReadHubOptions = () => Hub ?? new HubOptions { CacheFolder = At("hub"), Offline = true },
        LoadSpeechToText = (model, options, _) => Task.FromResult<ISpeechToText>(Loaded(Listener, model, options)),
        LoadTextToSpeech = (model, options, _) => Task.FromResult<ITextToSpeech>(Loaded(Speaker, model, options)),
    };

    public void Dispose()
    {
        Folder.Dispose();
        _output.Dispose();
        _error.Dispose();
        _bytes.Dispose();
    }

    private T Loaded<T>(T model, string? name, LoadOptions options)
    {
        (Model, LoadOptions) = (name, options);
        return model;
    }
}
