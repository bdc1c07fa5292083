using System.CommandLine;
using System.Text;
using Timbre.Text.Phonemes;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre phonemes</c>: how a text is pronounced.</summary>
internal sealed class PhonemesCommand : Verb
{
    private readonly Argument<string[]> _text = new("text")
    {
        Description = "The text, or - for standard input, which is read line by line.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _language = Flags.TextOr("en-us", "--language", "Language of the text.", "language");
    private readonly Option<bool> _json = Flags.Switch("--json", "Write each token with its tag and phonemes as JSON.");

    public PhonemesCommand(CommandHost host) : base(
        "phonemes", "Write how a text is pronounced, in the phonemes that the voices read.", host,
        "timbre phonemes \"Hello, world!\"", "timbre phonemes \"The lorry's tyre.\" --language en-gb", "timbre phonemes - --json < story.txt")
    {
        _language.Aliases.Add("-l");
        _language.Completing("en-us", "en-gb", "es", "fr", "hi", "it", "pt");
        Arguments.Add(_text);
        Options.Add(_language);
        Options.Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        IPhonemizer phonemizer = Host.LoadPhonemizer(parsed.GetRequiredValue(_language), Host.Catalog);
        string[] words = parsed.GetRequiredValue(_text);
        if (words is not [InputFiles.Standard])
        {
            Write(phonemizer.Phonemize(string.Join(' ', words)), parsed.GetValue(_json));
            return ExitCode.Done;
        }
        using var reader = new StreamReader(Host.OpenInput(), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken) is { } line)
            Write(phonemizer.Phonemize(line), parsed.GetValue(_json));
        return ExitCode.Done;
    }

    private void Write(IReadOnlyList<PhonemeToken> tokens, bool json)
    {
        if (json)
            WriteJson(tokens);
        else
            Host.Output.WriteLine(string.Concat(tokens.Select(token => token.Phonemes + token.Whitespace)).Trim());
    }

    private void WriteJson(IReadOnlyList<PhonemeToken> tokens) => Json.Write(Host.Output, json =>
    {
        json.WriteStartArray();
        foreach (PhonemeToken token in tokens)
        {
            json.WriteStartObject();
            json.WriteString("text", token.Text);
            json.WriteString("tag", token.Tag);
            json.WriteString("phonemes", token.Phonemes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
