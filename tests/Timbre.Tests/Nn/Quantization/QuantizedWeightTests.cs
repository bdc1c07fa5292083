using Timbre.Loading.Weights;
using Timbre.Nn;
using Timbre.Nn.Quantization;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Nn.Quantization;

public class QuantizedWeightTests
{
    public static TheoryData<string, int, int> Formats =>
        [.. PackedExample.Formats.Select(format => (format.Mode.ToString().ToLowerInvariant(), format.Bits, format.GroupSize))];

    [Theory]
    [MemberData(nameof(Formats))]
    public void ProductsAreThoseOfTheValues(string mode, int bits, int groupSize)
    {
        foreach ((int rows, int groups) in ((int, int)[])[(1, 1), (5, 3), (7, 9), (3, 16)])
        {
            using var scope = NewDisposeScope();
            var example = new PackedExample(QuantizationFormat.Create(mode, bits, groupSize), rows, groups * groupSize, seed: rows);
            QuantizedWeight weight = example.Weight();
            for (int count = 1; count <= 9; count++)
            {
                Tensor input = Random(count, example.Columns);
                AssertProduct(example, weight, input, relative: 1e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void LargeProductsAreSharedAmongThreads(string mode, int bits, int groupSize)
    {
        using var scope = NewDisposeScope();
        var example = new PackedExample(QuantizationFormat.Create(mode, bits, groupSize), rows: 1101, columns: 1024, seed: 1);
        AssertProduct(example, example.Weight(), Random(1, example.Columns), relative: 1e-6);
        AssertProduct(example, example.Weight(), Random(11, example.Columns), relative: 1e-6);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void HalfInputsAreMultipliedInFloat32(string mode, int bits, int groupSize)
    {
        using var scope = NewDisposeScope();
        var example = new PackedExample(QuantizationFormat.Create(mode, bits, groupSize), rows: 6, columns: 3 * groupSize, seed: 2);
        foreach (ScalarType type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float16])
        {
            Tensor input = Random(2, example.Columns).to(type);
            Assert.Equal(type, example.Weight().Multiply(input).dtype);
            // Only the result is rounded.
            AssertProduct(example, example.Weight(), input, relative: type == ScalarType.BFloat16 ? 1.0 / 256 : 1.0 / 2048);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void DequantizedValuesAreThoseOfTheCodes(string mode, int bits, int groupSize)
    {
        using var scope = NewDisposeScope();
        var example = new PackedExample(QuantizationFormat.Create(mode, bits, groupSize), rows: 9, columns: 5 * groupSize, seed: 3);
        QuantizedWeight weight = example.Weight();
        AssertClose(example.Matrix, weight.Dequantize(ScalarType.Float32), example.Matrix.abs().max().item<double>() * 1e-6);
        Tensor ids = tensor(new long[] { 8, 0, 3, 3 }, [2, 2]);
        Tensor rows = weight.Rows(ids, ScalarType.Float32);
        Assert.Equal([2, 2, example.Columns], rows.shape);
        AssertClose(example.Matrix.index_select(0, ids.view(-1)), rows.view(4, -1), example.Matrix.abs().max().item<double>() * 1e-6);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void TensorOperationsUnpackWhatOurKernelsDo(string mode, int bits, int groupSize)
    {
        using var scope = NewDisposeScope();
        var example = new PackedExample(QuantizationFormat.Create(mode, bits, groupSize), rows: 4, columns: 128, seed: 4);
        PackedKernels kernels = PackedKernels.For(example.Format);
        PackedMatrix matrix = PackedMatrix.Create(
            example.Words, example.Scales, example.Biases, example.Format, example.Columns, kernels.Bits, value => value);
        float[]? values = example.Format.Mode switch
        {
            QuantizationMode.Affine => null,
            QuantizationMode.Mxfp8 => MiniFloat.E4M3,
            _ => MiniFloat.E2M1,
        };
        Tensor expected = kernels.Expand(matrix.Words), expanded = DeviceExpansion.Expand(matrix.Words, kernels.Bits, values);
        Assert.Equal(expected.data<float>().ToArray(), expanded.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void LayersLoadWhatACheckpointHolds(string mode, int bits, int groupSize)
    {
        using var scope = NewDisposeScope();
        var example = new PackedExample(QuantizationFormat.Create(mode, bits, groupSize), rows: 10, columns: 2 * groupSize, seed: 5);
        Tensor bias = rand(10), input = Random(1, example.Columns);
        string config = $$"""{ "quantization": { "mode": "{{mode}}", "bits": {{bits}}, "group_size": {{groupSize}} } }""";
        TestWeights.Use(
            config,
            reader =>
            {
                Tensor expected = example.Product(input), allowed = example.Magnitude(input) * 1e-6 + 1e-6;
                WeightReader layer = reader.Sub("layer");
                AssertClose(expected + bias, Linear.Load(layer, example.Columns, 10).Forward(input), allowed.max().item<double>());
                Embedding embedding = Embedding.Load(layer, 10, example.Columns);
                AssertClose(expected, embedding.AsLinear(input), allowed.max().item<double>());
                Tensor row = embedding.Forward(tensor(new long[] { 7 }));
                AssertClose(example.Matrix[7..8], row, example.Matrix.abs().max().item<double>() * 1e-6);
            },
            [
                ("layer.weight", example.Words), ("layer.scales", example.Scales), ("layer.bias", bias),
                .. example.Biases is { } biases ? [("layer.biases", biases)] : Array.Empty<(string, Tensor)>(),
            ]);
    }

    [Fact]
    public void CodesThatAreNoNumbersAreRefused()
    {
        using var scope = NewDisposeScope();
        var example = new PackedExample(QuantizationFormat.Create("mxfp8"), rows: 2, columns: 32, seed: 6);
        Tensor words = example.Words;
        words[1, 30] = 0xFF;
        TestWeights.Use(
            """{"quantization": {"mode": "mxfp8", "bits": 8, "group_size": 32}}""",
            reader =>
            {
                var error = Assert.Throws<WeightException>(() => Linear.Load(reader.Sub("layer"), 32, 2, bias: false));
                Assert.Contains("no numbers", error.Message);
            },
            ("layer.weight", words),
            ("layer.scales", example.Scales));
    }

    private static Tensor Random(int rows, int columns)
    {
        var random = new Random(rows);
        return tensor([.. Enumerable.Range(0, rows * columns).Select(_ => 2 * random.NextSingle() - 1)], [rows, columns]);
    }

    private static void AssertProduct(PackedExample example, QuantizedWeight weight, Tensor input, double relative)
    {
        using var scope = NewDisposeScope();
        Tensor error = (weight.Multiply(input).to(ScalarType.Float64) - example.Product(input)).abs();
        double worst = (error / example.Magnitude(input)).max().item<double>();
        Assert.True(worst < relative, $"{example.Format}, {input.shape[0]} × [{example.Rows}, {example.Columns}]: {worst} of the magnitude");
    }

    private static void AssertClose(Tensor expected, Tensor actual, double allowed) =>
        Assert.InRange((expected - actual.to(ScalarType.Float64)).abs().max().item<double>(), 0, allowed);
}
