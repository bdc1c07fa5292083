using System.CommandLine;
using Timbre.Audio;
using TorchSharp;

namespace Timbre.Benchmarks.Commands;

/// <summary>Whether memory stays level over repeated use.</summary>
internal static class MemoryCommand
{
    private static readonly string[] Texts =
    [
        "Hello from Timbre.",
        "The library offers free classes for adults in the evening, and everybody is welcome.",
        "What time does the meeting start tomorrow?",
        "A heavy snowfall blocked every road into the valley; it took three days until the first cars could get through again.",
        "Thank you for calling.",
    ];

    public static Command Create()
    {
        var calls = new Option<int>("--calls") { Description = "Calls of each model", DefaultValueFactory = _ => 200 };
        var command = new Command("memory", "Live tensors and resident memory over repeated transcriptions and syntheses") { calls };
        command.SetAction((parse, cancellationToken) => RunAsync(parse, parse.GetValue(calls), cancellationToken));
        return command;
    }

    private static async Task RunAsync(ParseResult parse, int calls, CancellationToken cancellationToken)
    {
        var report = new BenchmarkReport("memory", "model", "calls", "live tensors", "resident MB", "managed MB");
        AudioBuffer? spoken = null;
        using (ITextToSpeech kokoro = await Speech.LoadTextToSpeechAsync(options: BenchmarkOptions.Load(parse), cancellationToken: cancellationToken))
        {
            await RepeatAsync("kokoro", async i => spoken = (await kokoro.SpeakAsync(Texts[i % Texts.Length], new SpeechOptions { Seed = 1 }, cancellationToken)).Audio);
        }
        using (ISpeechToText whisper = await Speech.LoadSpeechToTextAsync(options: BenchmarkOptions.Load(parse), cancellationToken: cancellationToken))
        {
            await RepeatAsync("whisper", _ => whisper.TranscribeAsync(
                AudioSource.FromBuffer(spoken!), new TranscriptionOptions { Language = "en" }, cancellationToken: cancellationToken));
        }
        report.Finish(parse.GetValue(BenchmarkOptions.Save));

        async Task RepeatAsync(string name, Func<int, Task> call)
        {
            for (int i = 1; i <= calls; i++)
            {
                await call(i);
                if (i == 5 || i % Math.Max(1, calls / 8) == 0)
                    report.Add(name, i, torch.Tensor.TotalCount, Environment.WorkingSet >> 20, GC.GetTotalMemory(forceFullCollection: true) >> 20);
            }
        }
    }
}
