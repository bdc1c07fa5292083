using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Timbre.Nn.Winograd;

/// <summary>The innermost loop of a matrix product: six rows by sixteen columns, kept in twelve vector registers.</summary>
internal static unsafe class MatrixKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a panel.</summary>
    public const int Columns = 16;

    /// <summary>Six rows of <c>a</c> times a panel: <c>c[r, 0..16] = Σ a[r][i] · panel[i, 0..16]</c>.</summary>
    /// <param name="a">Addresses of the six rows.</param>
    /// <param name="panel">Sixteen columns for each of the inner steps.</param>
    /// <param name="depth">Inner steps.</param>
    /// <param name="c">Where the first row goes.</param>
    /// <param name="stride">Values from a row of <c>c</c> to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float** a, float* panel, int depth, float* c, int stride)
    {
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (nint i = 0; i < depth; i++)
        {
            Vector256<float> b0 = Vector256.Load(panel), b1 = Vector256.Load(panel + 8);
            panel += Columns;
            Vector256<float> x = Vector256.Create(a0[i]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[i]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[i]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[i]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a4[i]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a5[i]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
        }
        Store(c, c00, c01);
        Store(c + stride, c10, c11);
        Store(c + 2 * stride, c20, c21);
        Store(c + 3 * stride, c30, c31);
        Store(c + 4 * stride, c40, c41);
        Store(c + 5 * stride, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector256<float> low, Vector256<float> high)
    {
        low.Store(target);
        high.Store(target + 8);
    }
}
