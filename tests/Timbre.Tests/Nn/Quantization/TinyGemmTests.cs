using System.Runtime.InteropServices;
using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Nn.Quantization;

public class TinyGemmTests
{
    private static readonly PackedExample Example = new(QuantizationFormat.Create("affine", 4, 32), rows: 8, columns: 96, seed: 1);

    [Fact]
    public void CodesAndZerosSayTheSameAsOurs()
    {
        using var scope = NewDisposeScope();
        PackedMatrix matrix = Matrix(CPU);
        // As libtorch reads them: the earlier code above, and (code − 8) · scale + zero.
        Tensor bytes = TinyGemm.Codes(matrix).to(ScalarType.Int32);
        Tensor codes = stack([bytes.div(16, RoundingMode.floor), bytes.remainder(16)], -1).view(8, 3, 32).to(ScalarType.Float64);
        Tensor zeros = TinyGemm.Zeros(matrix).to(ScalarType.Float64);
        Assert.Equal([3, 8, 2], zeros.shape);
        Tensor scale = zeros.select(2, 0).t().unsqueeze(-1), zero = zeros.select(2, 1).t().unsqueeze(-1);
        Tensor values = ((codes - 8) * scale + zero).view(8, 96);
        // Scales and zeros are bfloat16: eight bits.
        Assert.InRange((values - Example.Matrix).abs().max().item<double>(), 0, 8.0 * 0.5 / 256 + 6.0 / 256);
    }

    [Fact]
    public void OnTheCpuItIsNotUsed() => Assert.False(TinyGemm.Fits(Example.Format, 4096, 4096, ScalarType.BFloat16, CPU));

    [Fact]
    public void LibtorchKnowsTheKernelsButNotForTheCpu()
    {
        using var scope = NewDisposeScope();
        PackedMatrix matrix = Matrix(CPU);
        Assert.Contains("_convert_weight_to_int4pack", Assert.Throws<ExternalException>(() => TinyGemm.Pack(matrix)).Message);
        var product = new TinyGemm(TinyGemm.Codes(matrix), TinyGemm.Zeros(matrix), matrix.GroupSize);
        Assert.Contains("_weight_int4pack_mm", Assert.Throws<ExternalException>(() => product.Multiply(zeros(1, 96))).Message);
    }

    [Fact]
    public void OnAGpuProductsAreThoseOfTheValues()
    {
        Assert.SkipUnless(cuda.is_available(), "libtorch has no CUDA device here.");
        using var scope = NewDisposeScope();
        PackedMatrix matrix = Matrix(CUDA);
        Assert.SkipUnless(
            TinyGemm.Fits(Example.Format, 4096, 4096, ScalarType.BFloat16, CUDA), "this GPU has no kernel for 4-bit weights.");
        var product = TinyGemm.Create(matrix, value => value.MoveToOuterDisposeScope());
        Tensor input = (rand(3, 96) - 0.5).to(ScalarType.BFloat16);
        Tensor error = (product.Multiply(input.cuda()).cpu().to(ScalarType.Float64) - Example.Product(input)).abs();
        Assert.InRange((error / Example.Magnitude(input)).max().item<double>(), 0, 0.01);
        PackedKernels kernels = PackedKernels.For(Example.Format);
        Assert.Equal(
            kernels.Expand(Matrix(CPU).Words).data<float>().ToArray(), kernels.Expand(matrix.Words).cpu().data<float>().ToArray());
    }

    private static PackedMatrix Matrix(Device device) => PackedMatrix.Create(
        Example.Words, Example.Scales, Example.Biases, Example.Format, Example.Columns, 4, value => value.to(device));
}
