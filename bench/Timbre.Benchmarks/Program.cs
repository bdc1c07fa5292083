using System.CommandLine;
using Timbre.Benchmarks.Commands;

var root = new RootCommand("Measures Timbre: accuracy, memory and speed, beside other engines. The figures of docs/benchmarks.md and docs/quantization.md come from here.")
{
    WerCommand.Create(),
    RoundTripCommand.Create(),
    MemoryCommand.Create(),
    SpeedCommand.Create(),
    KernelsCommand.Create(),
    QuantizationCommand.Create(),
    BenchmarkOptions.Save,
    BenchmarkOptions.Real,
    BenchmarkOptions.Device,
    BenchmarkOptions.Threads,
    BenchmarkOptions.Precision,
};
return await root.Parse(args).InvokeAsync();
