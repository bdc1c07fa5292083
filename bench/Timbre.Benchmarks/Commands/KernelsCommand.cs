using System.CommandLine;
using Timbre.Benchmarks.Peers;
using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Benchmarks.Commands;

/// <summary>One row by a packed matrix, beside libtorch's plain and packed products of the same shape.</summary>
internal static class KernelsCommand
{
    /// <summary>Weights of all copies of a matrix together: a decode step's, which no cache holds as floats.</summary>
    private const long Weights = 48 << 20;

    private const int MaxCopies = 256;

    private static readonly (int Rows, int Columns)[] Shapes =
        [(512, 512), (2048, 512), (512, 2048), (51872, 512), (4096, 4096), (2048, 6144)];

    private static readonly (string Mode, int Bits, int Group)[] Formats =
    [
        ("affine", 2, 64), ("affine", 4, 64), ("affine", 4, 32), ("affine", 8, 64), ("mxfp4", 4, 32), ("nvfp4", 4, 16), ("mxfp8", 8, 32),
    ];

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Timed runs of each", DefaultValueFactory = _ => 15 };
        var inputs = new Option<int>("--inputs") { Description = "Rows of the input", DefaultValueFactory = _ => 1 };
        var only = new Option<string?>("--shape") { Description = "One shape, as 512x2048" };
        var command = new Command("kernels", "Times of products with packed weights beside plain ones, A B A B in one run") { runs, inputs, only };
        command.SetAction(parse => Run(parse, parse.GetValue(runs), parse.GetValue(inputs), parse.GetValue(only)));
        return command;
    }

    private static void Run(ParseResult parse, int runs, int inputs, string? only)
    {
        if (parse.GetValue(BenchmarkOptions.Threads) is { } threads)
            set_num_threads(threads);
        using var mode = inference_mode();
        var report = new BenchmarkReport("kernels", "matrix", "product", "best µs", "median µs", "of float32 (median)")
        {
            Document = "quantization.md",
        };
        foreach ((int rows, int columns) in only is null ? Shapes : [Shape(only)])
        {
            using var scope = NewDisposeScope();
            int copies = (int)Math.Clamp(Weights / ((long)rows * columns), 1, inputs > 8 ? 2 : MaxCopies);
            List<Stopper.Timing> timings = Stopper.Run(
                runs, [.. Products(rows, columns, inputs).Select(product => (product.Name, Repeat(copies, product.Prepare)))]);
            foreach (Stopper.Timing timing in timings)
            {
                double scale = 1e6 / copies;
                report.Add($"{rows}×{columns}", timing.Name, timing.Best * scale, timing.Median * scale, timing.Median / timings[0].Median);
            }
        }
        report.Note($"{inputs} row(s) of input, {get_num_threads()} thread(s).");
        report.Finish(parse.GetValue(BenchmarkOptions.Save));
    }

    private static (int Rows, int Columns) Shape(string text)
    {
        int[] sizes = [.. text.Split('x').Select(int.Parse)];
        return (sizes[0], sizes[1]);
    }

    private static Action Repeat(int copies, Func<Func<Tensor>> prepare)
    {
        Func<Tensor>[] products = [.. Enumerable.Range(0, copies).Select(_ => prepare())];
        return () =>
        {
            foreach (Func<Tensor> product in products)
                product().Dispose();
        };
    }

    private static IEnumerable<(string Name, Func<Func<Tensor>> Prepare)> Products(int rows, int columns, int inputs)
    {
        Tensor input = randn(inputs, columns);
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            Tensor typed = input.to(type);
            yield return ($"linear {type}", () =>
            {
                Tensor weight = randn(rows, columns).to(type);
                return () => nn.functional.linear(typed, weight);
            });
            // They are for few rows; float32 has no kernel of its own and takes ten times as long as the plain product.
            if (inputs > 8 || type == ScalarType.Float32)
                continue;
            yield return ($"libtorch int4 {type}", () => TorchPackedProduct.Int4(typed, rows, columns, 64));
            yield return ($"libtorch int8 {type}", () => TorchPackedProduct.Int8(typed, rows, columns));
        }
        foreach ((string mode, int bits, int group) in Formats)
        {
            yield return ($"Timbre {mode} {bits} bits, groups of {group}", () =>
            {
                QuantizedWeight weight = Random(rows, columns, QuantizationFormat.Create(mode, bits, group));
                return () => weight.Multiply(input);
            });
        }
    }

    /// <summary>A few rows of normal numbers, packed and repeated.</summary>
    private static QuantizedWeight Random(int rows, int columns, QuantizationFormat format)
    {
        const int distinct = 16;
        float[] values = [.. randn(distinct, columns).data<float>()];
        QuantizedArray packed = Quantizer.Quantize(values, columns, format, ScalarType.Float32);
        bool affine = format.Mode == QuantizationMode.Affine;
        Tensor scales = Repeated(tensor(packed.Scales));
        return QuantizedWeight.Create(
            Repeated(tensor(packed.Packed)), affine ? scales : scales.to(ScalarType.Byte), affine ? Repeated(tensor(packed.Biases)) : null,
            format, columns, tensor => tensor.MoveToOuterDisposeScope());

        Tensor Repeated(Tensor flat) => flat.view(distinct, -1).repeat((rows + distinct - 1) / distinct, 1).narrow(0, 0, rows).contiguous();
    }
}
