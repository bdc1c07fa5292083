using Timbre.Nn.Winograd;
using Xunit;

namespace Timbre.Tests.Nn;

public unsafe class MatrixKernelTests
{
    private const int Depth = 37, Stride = 40;

    [Fact]
    public void BothWidthsMultiply()
    {
        // The wider one is emulated where the machine lacks it.
        Check(16, MatrixKernel.Multiply256);
        Check(32, MatrixKernel.Multiply512);
    }

    private delegate void Kernel(float** a, float* panel, int depth, float* c, int stride);

    private static void Check(int columns, Kernel kernel)
    {
        var random = new Random(5);
        float[] a = [.. Enumerable.Range(0, 6 * Depth).Select(_ => random.NextSingle() - 0.5f)];
        float[] panel = [.. Enumerable.Range(0, Depth * columns).Select(_ => random.NextSingle() - 0.5f)];
        var c = new float[6 * Stride];
        float** rows = stackalloc float*[6];
        fixed (float* first = a, b = panel, result = c)
        {
            for (int row = 0; row < 6; row++)
                rows[row] = first + row * Depth;
            kernel(rows, b, Depth, result, Stride);
        }
        for (int row = 0; row < 6; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double expected = 0;
                for (int i = 0; i < Depth; i++)
                    expected += (double)a[row * Depth + i] * panel[i * columns + column];
                Assert.Equal(expected, c[row * Stride + column], 1e-5);
            }
        }
    }
}
