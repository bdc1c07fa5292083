using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Cli;

public class CommandLineTests
{
    [Fact]
    public async Task WithoutArgumentsShowsHelp()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync());
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Contains("timbre tts \"Hello from Timbre.\" -o hello.wav", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("tts")]
    [InlineData("stt")]
    [InlineData("phonemes")]
    [InlineData("voices")]
    [InlineData("models")]
    [InlineData("doctor")]
    public async Task HelpOfEachVerbEndsWithExamples(string verb)
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync(verb, "--help"));
        string[] lines = run.Output.TrimEnd().Split('\n');
        int examples = Array.FindIndex(lines, line => line.StartsWith("Examples:", StringComparison.Ordinal));
        Assert.True(examples > 0);
        Assert.All(lines[(examples + 1)..], line => Assert.Contains($"timbre {verb}", line, StringComparison.Ordinal));
        Assert.Contains("--device", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sing")]
    [InlineData("stt")]
    [InlineData("stt", "a.wav", "--task", "sing")]
    [InlineData("stt", "a.wav", "--beam-size", "0")]
    [InlineData("stt", "a.wav", "--beam-size", "two")]
    [InlineData("stt", "a.wav", "--temperature", "0,hot")]
    [InlineData("stt", "a.wav", "--temperature", "-1")]
    [InlineData("stt", "a.wav", "--no-speech-threshold", "some")]
    [InlineData("stt", "a.wav", "--length-penalty", "2")]
    [InlineData("stt", "a.wav", "--bogus")]
    [InlineData("stt", "a.wav", "--threads", "0")]
    [InlineData("stt", "a.wav", "--precision", "int3")]
    [InlineData("tts", "Hi.", "--sped", "2", "-o", "a.wav")]
    [InlineData("tts", "Hi.", "--speed", "fast")]
    [InlineData("tts", "Hi.", "--seed", "-3")]
    public async Task WrongUsageIsOneLineAndExitCode2(params string[] arguments)
    {
        using var run = new CliRun();
        Assert.Equal(2, await run.RunAsync(arguments));
        Assert.Empty(run.Output);
        string line = Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("timbre: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongValuesAreNamed()
    {
        using var run = new CliRun();
        await run.RunAsync("stt", "a.wav", "--beam-size", "two");
        Assert.Contains("--beam-size takes a whole number from 1, not 'two'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnexpectedErrorsAreOneLineAndExitCode1()
    {
        using var run = new CliRun { Speaker = new FakeSpeaker { BeforeSegment = _ => throw new FormatException("line one\nline two") } };
        Assert.Equal(1, await run.RunAsync("tts", "Hi.", "-o", run.At("a.wav")));
        Assert.Equal("timbre: unexpected FormatException: line one line two (--verbose shows where)\n", run.Error);
    }

    [Fact]
    public async Task VerboseShowsWhereAnErrorArose()
    {
        using var run = new CliRun { Speaker = new FakeSpeaker { BeforeSegment = _ => throw new FormatException("no") } };
        Assert.Equal(1, await run.RunAsync("tts", "Hi.", "-o", run.At("a.wav"), "--verbose"));
        Assert.Contains("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OptionsThatTheModelRefusesAreWrongUsage()
    {
        using var run = new CliRun { Speaker = new FakeSpeaker { BeforeSegment = _ => throw new ArgumentException("voice 'x' is unknown.", "options") } };
        Assert.Equal(2, await run.RunAsync("tts", "Hi.", "-o", run.At("a.wav"), "--voice", "x"));
        Assert.Equal("timbre: voice 'x' is unknown.\n", run.Error);
    }

    [Fact]
    public async Task GlobalOptionsReachTheLoader()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("stt", run.At("speech.wav"), "--device", "cuda:1", "--threads", "3", "--precision", "bfloat16", "--model", "some-model"));
        Assert.Equal(("cuda:1", 3, Precision.BFloat16), (run.LoadOptions!.Device, run.LoadOptions.Threads, run.LoadOptions.Precision));
        Assert.Equal("some-model", run.Model);
    }

    [Fact]
    public async Task ATextThatBeginsWithAnAtSignIsAText()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("tts", "@home", "-o", run.At("a.wav")));
        Assert.Equal("@home", run.Speaker.Text);
    }

    [Fact]
    public async Task ATextThatBeginsWithADashGoesBehindTwo()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("tts", "-o", run.At("a.wav"), "--", "-5", "--degrees"));
        Assert.Equal("-5 --degrees", run.Speaker.Text);
    }

    [Fact]
    public async Task SuggestsVerbsAndValues()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("[suggest:7]", "timbre "));
        Assert.Superset(new HashSet<string> { "tts", "stt", "phonemes", "voices", "models", "doctor" }, new HashSet<string>(run.Output.Split('\n')));

        using var values = new CliRun();
        await values.RunAsync("[suggest:22]", "timbre stt a --format ");
        Assert.Superset(new HashSet<string> { "txt", "srt", "json" }, new HashSet<string>(values.Output.Split('\n')));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("stt", "-")]
    [InlineData("tts", "-", "-o", "-")]
    public async Task BreakingOffDoesNotWaitForStandardInput(params string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var input = new StalledStream();
        using var run = new CliRun { Stalled = input, CancellationToken = stop.Token };
        try
        {
            Task<int> running = Task.Run(() => run.RunAsync(arguments), TestContext.Current.CancellationToken);
            await Task.Delay(100, TestContext.Current.CancellationToken);
            await stop.CancelAsync();
            Assert.Equal(130, await running.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        }
        finally
        {
            input.Release();
        }
    }

    [Fact]
    public async Task AWrongChoiceNamesItsOption()
    {
        using var run = new CliRun();
        Assert.Equal(2, await run.RunAsync("stt", run.At("speech.wav"), "--task", "sing"));
        Assert.Equal("timbre: --task takes transcribe or translate, not 'sing'. See: timbre stt --help", run.Error.Trim());
    }

    [Fact]
    public async Task AnOutputThatCannotBeMadeIsNamed()
    {
        using var run = new CliRun();
        Assert.Equal(1, await run.RunAsync("stt", run.At("speech.wav"), "-o", run.At("speech.wav/a.txt")));
        Assert.StartsWith($"timbre: {run.At("speech.wav/a.txt")}: no file can be made in {run.At("speech.wav")}.", run.Error, StringComparison.Ordinal);
    }
}
