using System.CommandLine;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Timbre.Benchmarks.Evaluation;
using Timbre.Conversion;
using Timbre.Loading;
using TorchSharp;

namespace Timbre.Benchmarks.Commands;

/// <summary>What each packed format costs in words and gains in size and speed, on the shipped models.</summary>
internal static class QuantizationCommand
{
    private const string Whisper = "whisper-base-8bit", Kokoro = "kokoro-82m";

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "whisper or kokoro" };
        var runs = new Option<int>("--runs") { Description = "Timed runs of each decoder", DefaultValueFactory = _ => 9 };
        var sentences = new Option<int>("--sentences") { Description = "Sentences that Kokoro speaks", DefaultValueFactory = _ => 10 };
        var clips = new Option<int>("--clips") { Description = "Clips that Whisper hears", DefaultValueFactory = _ => 13 };
        var command = new Command("quantization", "Word errors, size and speed of both models in every packed format")
        {
            only, runs, sentences, clips,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            string folder = Directory.CreateTempSubdirectory("quantization").FullName;
            try
            {
                if (parse.GetValue(only) is not "kokoro")
                    await WhisperAsync(parse, folder, parse.GetValue(runs), parse.GetValue(clips), cancellationToken);
                if (parse.GetValue(only) is not "whisper")
                    await KokoroAsync(parse, folder, parse.GetValue(sentences), cancellationToken);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task WhisperAsync(ParseResult parse, string folder, int runs, int clips, CancellationToken cancellationToken)
    {
        LoadOptions load = BenchmarkOptions.Load(parse);
        if (load.Precision == Precision.Automatic)
            load = load with { Precision = Precision.Float32 };
        string type = load.Precision.ToString().ToLowerInvariant();
        string source = Path.Combine(folder, "whisper-float16"), output = Path.Combine(folder, "whisper-packed");
        ConversionSummary unpacked = await ModelConverter.ConvertAsync(
            new ConversionOptions { Source = load.Catalog.Find(Whisper), Output = source, Dequantize = true, DataType = Precision.Float16 },
            cancellationToken: cancellationToken);
        var report = new BenchmarkReport("whisper", "weights", "MB", "bits a weight", "errors/words", "ms a token", $"of {type}", "processor")
        {
            Document = "quantization.md",
        };
        using var trial = new WhisperTrial(source, load, BenchmarkOptions.RealFolder(parse), clips);
        WordErrors heard = await trial.HearAsync(source, load, cancellationToken);
        report.Add($"float16, computed in {type}", Megabytes(unpacked), unpacked.BitsPerWeight, heard, trial.Time(runs), 1, 1);
        if (load.Precision == Precision.Float32)
            await AddAsync("float16, computed in bfloat16", source, unpacked, load with { Precision = Precision.BFloat16 });
        foreach (PackedFormat format in PackedFormat.All)
            await AddAsync(format.ToString(), output, await format.ConvertAsync(source, output, cancellationToken), load);
        report.Note($"{clips} clips. {Machine()}");
        report.Finish(parse.GetValue(BenchmarkOptions.Save));

        async Task AddAsync(string name, string model, ConversionSummary summary, LoadOptions options)
        {
            (double milliseconds, double ratio, double processor) = trial.Compare(model, options, runs);
            WordErrors errors = await trial.HearAsync(model, options, cancellationToken);
            report.Add(name, Megabytes(summary), summary.BitsPerWeight, errors, milliseconds, ratio, processor);
        }
    }

    private static async Task KokoroAsync(ParseResult parse, string folder, int sentences, CancellationToken cancellationToken)
    {
        LoadOptions load = BenchmarkOptions.Load(parse);
        string source = load.Catalog.Find(Kokoro), output = Path.Combine(folder, "kokoro-packed");
        var report = new BenchmarkReport("kokoro", "weights", "MB", "bits a weight", "errors/words", "real-time factor", "of the source's time")
        {
            Document = "quantization.md",
        };
        using var trial = await KokoroTrial.LoadAsync(source, load.Catalog.Find(Whisper), sentences, load, cancellationToken);
        // What a conversion to the type that the source has says of its size.
        ConversionSummary plain = await ModelConverter.ConvertAsync(
            new ConversionOptions { Source = source, Output = output, DataType = Precision.Float16 }, cancellationToken: cancellationToken);
        await AddAsync("float16", plain);
        foreach (PackedFormat format in PackedFormat.All)
            await AddAsync(format.ToString(), await format.ConvertAsync(source, output, cancellationToken));
        report.Note($"{sentences} of the thirty sentences of the round trip. {Machine()}");
        report.Finish(parse.GetValue(BenchmarkOptions.Save));

        async Task AddAsync(string name, ConversionSummary summary)
        {
            KokoroTrial.Result result = await trial.RunAsync(output, cancellationToken);
            report.Add(name, Megabytes(summary), summary.BitsPerWeight, result.Errors, result.RealTimeFactor, result.OfSource);
        }
    }

    private static double Megabytes(ConversionSummary summary) => summary.OutputBytes / 1e6;

    private static string Machine()
    {
        string vectors = Vector512.IsHardwareAccelerated ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2";
        return FormattableString.Invariant(
            $"{Environment.ProcessorCount} cores with {vectors}, {torch.get_num_threads()} threads, {DateTime.UtcNow:yyyy-MM-dd}.");
    }
}
