using Timbre.Cli;
using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Cli;

public class DoctorCommandTests
{
    [Fact]
    public async Task TellsWhatIsThere()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("doctor", "--no-self-test"));
        foreach (string thing in (string[])["runtime", "libtorch", "devices", "threads", "ffmpeg", "espeak-ng", "portaudio", "models"])
            Assert.Contains(run.Output.Split('\n'), line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, ..] && name == thing);
    }

    [Fact]
    public async Task WithoutModelsTheSelfTestFails()
    {
        using var run = new CliRun();
        Assert.Equal(1, await run.RunAsync("doctor"));
        Assert.Contains("no model was found", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheShippedModelsUnderstandEachOther()
    {
        Assert.SkipWhen(
            ModelCatalog.Default.FirstWith(ModelCapabilities.TextToSpeech) is null || ModelCatalog.Default.FirstWith(ModelCapabilities.SpeechToText) is null,
            "the shipped models are not here");
        using var output = new StringWriter();
        var host = new CommandHost { Output = output, Error = TextWriter.Null, OpenInput = () => Stream.Null, OpenOutput = () => Stream.Null };
        Assert.Equal(0, await CommandLine.RunAsync(["doctor"], host, TestContext.Current.CancellationToken));
        Assert.Contains("right: ", output.ToString(), StringComparison.Ordinal);
    }
}
