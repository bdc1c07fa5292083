using static TorchSharp.torch;

namespace Timbre.Benchmarks.Peers;

/// <summary>libtorch's own packed products, which TorchSharp does not name: reached through TorchScript.</summary>
internal static class TorchPackedProduct
{
    private static readonly jit.CompilationUnit Script = jit.compile("""
        def pack4(codes):
            return torch._convert_weight_to_int4pack_for_cpu(codes, 2)
        def int4(x, weight, group: int, scales):
            return torch._weight_int4pack_mm_for_cpu(x, weight, group, scales)
        def int8(x, weight, scales):
            return torch._weight_int8pack_mm(x, weight, scales)

        """);

    /// <summary>Groups with a scale and a zero point, as MLX has them.</summary>
    public static Func<Tensor> Int4(Tensor input, int rows, int columns, int group)
    {
        using Tensor codes = randint(0, 16, [rows, columns], ScalarType.Int32);
        Tensor weight = Script.invoke<Tensor>("pack4", codes), scales = rand([columns / group, rows, 2]).to(input.dtype);
        return () => Script.invoke<Tensor>("int4", input, weight, (long)group, scales);
    }

    /// <summary>One scale for a whole row: not what MLX has, only for its speed.</summary>
    public static Func<Tensor> Int8(Tensor input, int rows, int columns)
    {
        Tensor weight = randint(-128, 127, [rows, columns], ScalarType.Int8), scales = rand([rows]).to(input.dtype);
        return () => Script.invoke<Tensor>("int8", input, weight, scales);
    }
}
