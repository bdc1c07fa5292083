using System.CommandLine;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre voices</c>: the voices of a model.</summary>
internal sealed class VoicesCommand : Verb
{
    private readonly ModelChoice _model;
    private readonly Option<string?> _language = Flags.Text("--language", "Only voices of this language, such as en-us or en.", "language", "-l");
    private readonly Option<bool> _json = Flags.Switch("--json", "Write JSON.");

    public VoicesCommand(CommandHost host) : base(
        "voices", "List the voices of a model.", host,
        "timbre voices", "timbre voices --language en-gb", "timbre voices --model kokoro-82m --json",
        "timbre voices --model mlx-community/Kokoro-82M-bf16")
    {
        _model = new ModelChoice(host, ModelCapabilities.TextToSpeech);
        _model.AddTo(this);
        Options.Add(_language);
        Options.Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? language = parsed.GetValue(_language);
        IReadOnlyList<VoiceInfo> all = await _model.VoicesAsync(parsed, cancellationToken);
        VoiceInfo[] voices = [.. all.Where(voice => language is null || Speaks(voice, language))];
        if (parsed.GetValue(_json))
            WriteJson(voices);
        else
            Columns.Write(Host.Output, [.. voices.Select(voice => new[] { voice.Name, voice.Language })]);
        return ExitCode.Done;
    }

    private void WriteJson(VoiceInfo[] voices) => Json.Write(Host.Output, json =>
    {
        json.WriteStartArray();
        foreach (VoiceInfo voice in voices)
        {
            json.WriteStartObject();
            json.WriteString("name", voice.Name);
            json.WriteString("language", voice.Language);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static bool Speaks(VoiceInfo voice, string language) =>
        voice.Language.Equals(language, StringComparison.OrdinalIgnoreCase)
        || voice.Language.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);
}
