using System.Text;
using System.Text.Json;
using Timbre.Cli;
using Timbre.Text.Phonemes;
using Xunit;

namespace Timbre.Tests.Cli;

public class PhonemesCommandTests
{
    [Fact]
    public async Task WritesThePhonemesAlone()
    {
        (int code, string output, string language) = await RunAsync("", "phonemes", "Hi,", "you!", "--language", "en-gb");
        Assert.Equal((0, "<Hi,> <you!>\n", "en-gb"), (code, output, language));
    }

    [Fact]
    public async Task ReadsStandardInputLineByLine()
    {
        (int code, string output, string language) = await RunAsync("one\ntwo three\n", "phonemes", "-");
        Assert.Equal((0, "<one>\n<two> <three>\n", "en-us"), (code, output, language));
    }

    [Fact]
    public async Task WritesTokensAsJson()
    {
        (int code, string output, _) = await RunAsync("", "phonemes", "Hi you", "--json");
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal((0, "you", "<you>"),
            (code, json.RootElement[1].GetProperty("text").GetString(), json.RootElement[1].GetProperty("phonemes").GetString()));
    }

    private static async Task<(int Code, string Output, string Language)> RunAsync(string input, params string[] arguments)
    {
        string asked = "";
        using var output = new StringWriter();
        var host = new CommandHost
        {
            Output = output,
            Error = TextWriter.Null,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            OpenOutput = () => Stream.Null,
            LoadPhonemizer = (language, _) =>
            {
                asked = language;
                return new Bracketing();
            },
        };
        return (await CommandLine.RunAsync(arguments, host, TestContext.Current.CancellationToken), output.ToString(), asked);
    }

    /// <summary>Puts each word in angle brackets.</summary>
    private sealed class Bracketing : IPhonemizer
    {
        public IReadOnlyList<PhonemeToken> Phonemize(string text) =>
            [.. text.Split(' ').Select(word => new PhonemeToken(word, "", " ", $"<{word}>"))];
    }
}
