using System.Runtime.InteropServices;
using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Quantization;

/// <summary>
/// libtorch's product with 4-bit weights on CUDA ("tinygemm"), which TorchSharp does not name: reached through TorchScript. It computes in
/// bfloat16 with <c>(code − 8) · scale + zero</c>, so that MLX's bias becomes <c>zero = bias + 8 · scale</c>.
/// </summary>
internal sealed class TinyGemm
{
    private const string Source = """
        def pack(codes, tiles: int):
            return torch._convert_weight_to_int4pack(codes, tiles)

        def multiply(x, weight, group: int, zeros):
            return torch._weight_int4pack_mm(x, weight, group, zeros)

        """;

    private static readonly Lazy<jit.CompilationUnit> Script = new(() => jit.compile(Source));

    /// <summary>
    /// Below so many weights starting the kernels takes longer than reading the weights, packed or not (measured on an H200: Whisper base took
    /// 1.3 times as long with this product as with plain ones).
    /// </summary>
    private const long SmallestMatrix = 1 << 22;

    private static readonly Lazy<bool> IsThere = new(Try);

    private readonly Tensor _weight;
    private readonly Tensor _zeros;
    private readonly long _groupSize;

    internal TinyGemm(Tensor weight, Tensor zeros, long groupSize) => (_weight, _zeros, _groupSize) = (weight, zeros, groupSize);

    /// <summary>Whether the product is there for such a matrix, and faster than a plain one.</summary>
    /// <param name="format">How the matrix is packed; codes of 3 bits are kept in 4.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="type">What the model computes in.</param>
    /// <param name="device">Where.</param>
    public static bool Fits(QuantizationFormat format, long rows, long columns, ScalarType type, Device device) =>
        format is { Mode: QuantizationMode.Affine, Bits: 3 or 4 } && rows % 8 == 0 && rows * columns >= SmallestMatrix
        && device.type == DeviceType.CUDA && type == ScalarType.BFloat16 && IsThere.Value;

    /// <summary>From 4-bit affine codes on the GPU.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="own">Takes each tensor that is kept.</param>
    public static TinyGemm Create(PackedMatrix matrix, Func<Tensor, Tensor> own)
    {
        using var scope = NewDisposeScope();
        return new TinyGemm(own(Pack(matrix)), own(Zeros(matrix)), matrix.GroupSize);
    }

    /// <summary>libtorch has the kernel for GPUs from compute capability 8.0 on, and says so only when it is called.</summary>
    private static bool Try()
    {
        using var scope = NewDisposeScope();
        try
        {
            var matrix = new PackedMatrix(
                zeros(8, 8, dtype: ScalarType.Int32, device: CUDA), zeros(8, 8, device: CUDA), zeros(8, 8, device: CUDA), Columns: 32, GroupSize: 32);
            Create(matrix, tensor => tensor.MoveToOuterDisposeScope()).Multiply(zeros([1, 32], ScalarType.BFloat16, CUDA));
            return true;
        }
        catch (ExternalException)
        {
            return false;
        }
    }

    /// <summary><c>x Wᵀ</c>: bfloat16 <c>[..., columns]</c> to <c>[..., rows]</c>.</summary>
    public Tensor Multiply(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor rows = input.reshape(-1, input.shape[^1]).contiguous();
        Tensor product = Script.Value.invoke<Tensor>("multiply", rows, _weight, _groupSize, _zeros);
        return product.view([.. input.shape[..^1], product.shape[1]]).MoveToOuterDisposeScope();
    }

    /// <summary>The codes in the order of the tensor cores. Widths are multiples of 32, of which a tile has 16.</summary>
    internal static Tensor Pack(PackedMatrix matrix)
    {
        using Tensor codes = Codes(matrix);
        return Script.Value.invoke<Tensor>("pack", codes, matrix.Columns % 128 == 0 ? 8L : 2L);
    }

    /// <summary>The codes of 4-bit words as libtorch reads them, in pairs, the earlier one above: <c>[rows, columns / 2]</c>.</summary>
    internal static Tensor Codes(PackedMatrix matrix)
    {
        using var scope = NewDisposeScope();
        Tensor pairs = DeviceExpansion.Expand(matrix.Words, 4, null).narrow(1, 0, matrix.Columns).reshape(matrix.Rows, -1, 2);
        return (16 * pairs.select(2, 0) + pairs.select(2, 1)).to(ScalarType.Byte).MoveToOuterDisposeScope();
    }

    /// <summary>Scales and zeros of a matrix: bfloat16 <c>[groups, rows, 2]</c>.</summary>
    internal static Tensor Zeros(PackedMatrix matrix)
    {
        using var scope = NewDisposeScope();
        long groups = matrix.Columns / matrix.GroupSize;
        Tensor scales = matrix.Scales.narrow(1, 0, groups), biases = matrix.Biases!.narrow(1, 0, groups);
        Tensor pairs = stack([scales, biases + 8 * scales], -1);
        return pairs.transpose(0, 1).to(ScalarType.BFloat16).contiguous().MoveToOuterDisposeScope();
    }
}
