using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Timbre.Nn.Winograd;

/// <summary>The innermost loop of a matrix product: six rows by two vectors of columns, kept in twelve registers.</summary>
internal static unsafe class MatrixKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a panel: two of the machine's vectors.</summary>
    public static readonly int Columns = Vector512.IsHardwareAccelerated ? 32 : 16;

    /// <summary>Six rows of <c>a</c> times a panel: <c>c[r, 0..columns] = Σ a[r][i] · panel[i, 0..columns]</c>.</summary>
    /// <param name="a">Addresses of the six rows.</param>
    /// <param name="panel">A row of columns for each of the inner steps.</param>
    /// <param name="depth">Inner steps.</param>
    /// <param name="c">Where the first row goes.</param>
    /// <param name="stride">Values from a row of <c>c</c> to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(float** a, float* panel, int depth, float* c, int stride)
    {
        if (Vector512.IsHardwareAccelerated)
            Multiply512(a, panel, depth, c, stride);
        else
            Multiply256(a, panel, depth, c, stride);
    }

    // The same twice: a kernel that is generic over the vector's width would leave its registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply256(float** a, float* panel, int depth, float* c, int stride)
    {
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (nint i = 0; i < depth; i++, panel += 16)
        {
            Vector256<float> b0 = Vector256.Load(panel), b1 = Vector256.Load(panel + 8);
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
        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + stride);
        c11.Store(c + stride + 8);
        c20.Store(c + 2 * stride);
        c21.Store(c + 2 * stride + 8);
        c30.Store(c + 3 * stride);
        c31.Store(c + 3 * stride + 8);
        c40.Store(c + 4 * stride);
        c41.Store(c + 4 * stride + 8);
        c50.Store(c + 5 * stride);
        c51.Store(c + 5 * stride + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply512(float** a, float* panel, int depth, float* c, int stride)
    {
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (nint i = 0; i < depth; i++, panel += 32)
        {
            Vector512<float> b0 = Vector512.Load(panel), b1 = Vector512.Load(panel + 16);
            Vector512<float> x = Vector512.Create(a0[i]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[i]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a2[i]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a3[i]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a4[i]);
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a5[i]);
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
        }
        c00.Store(c);
        c01.Store(c + 16);
        c10.Store(c + stride);
        c11.Store(c + stride + 16);
        c20.Store(c + 2 * stride);
        c21.Store(c + 2 * stride + 16);
        c30.Store(c + 3 * stride);
        c31.Store(c + 3 * stride + 16);
        c40.Store(c + 4 * stride);
        c41.Store(c + 4 * stride + 16);
        c50.Store(c + 5 * stride);
        c51.Store(c + 5 * stride + 16);
    }
}
