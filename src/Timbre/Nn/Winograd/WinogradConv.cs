using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Timbre.Nn.Winograd;

/// <summary>
/// A convolution over <c>[T, C]</c> with as many channels out as in, for the CPU: the snake activation before it, bias, residual and the
/// statistics that the next normalisation needs are done while a block of rows lies in the cache, and Winograd's filtering halves the
/// products. A kernel is cut into filters of four taps; as a tile has four outputs, the filters share the transformed inputs of later tiles.
/// A dilation of d makes d interleaved sequences.
/// </summary>
internal sealed unsafe class WinogradConv
{
    private const int Outputs = WinogradTransform.Outputs, Points = WinogradTransform.Points;

    /// <summary>Tiles times channels of a block: what keeps its buffers in the second-level cache.</summary>
    private const int BlockSize = 8192;

    private readonly Tensor _filters;
    private readonly float[] _bias;
    private readonly int _channels, _filterCount, _dilation, _padding, _tilesPerPhase;

    private WinogradConv(Tensor filters, float[] bias, int channels, int kernel, int dilation)
    {
        (_filters, _bias, _channels, _dilation) = (filters, bias, channels, dilation);
        _filterCount = FilterCount(kernel);
        _padding = (kernel - 1) * dilation / 2;
        int wanted = Math.Max(1, BlockSize / channels / (MatrixKernel.Rows * dilation));
        _tilesPerPhase = MatrixKernel.Rows * wanted;
    }

    private int Tiles => _tilesPerPhase * _dilation;

    private int BlockRows => Outputs * Tiles;

    /// <summary>Rows that a block reads.</summary>
    private int InputRows => BlockRows + _dilation * (Outputs * _filterCount - 1);

    /// <summary>Transformed tiles of a sequence: those of the block and the later ones that all but the first filter look at.</summary>
    private int PhaseRows => _tilesPerPhase + _filterCount - 1;

    /// <summary>Whether this machine, the place of the weights and the width allow it.</summary>
    public static bool IsSupported(WeightReader reader, long channels) =>
        Fma.IsSupported && Vector256.IsHardwareAccelerated && reader.Device.type == DeviceType.CPU && reader.Type == ScalarType.Float32
        && channels % MatrixKernel.Columns == 0;

    /// <summary>Reads the weight-normalised <c>[channels, channels, kernel]</c> and <c>bias</c> at the cursor and transforms the filters.</summary>
    public static WinogradConv Load(WeightReader reader, long channels, int kernel, int dilation)
    {
        using var scope = NewDisposeScope();
        Tensor weight = WeightNorm.Fold(reader, channels, channels, kernel);
        Tensor bias = reader.Raw("bias", channels).to(ScalarType.Float32);
        return new WinogradConv(reader.Own(Transform(weight, kernel)), bias.data<float>().ToArray(), (int)channels, kernel, dilation);
    }

    /// <summary>Applies activation and convolution, adds the residual where there is one.</summary>
    /// <param name="input">Rows <c>[T, C]</c>.</param>
    /// <param name="length">T.</param>
    /// <param name="activation">What happens to the input first; beyond the ends it is zero after that.</param>
    /// <param name="residual">Rows to add, or null; may be the output.</param>
    /// <param name="output">Rows <c>[T, C]</c>, not the input.</param>
    /// <param name="parallel">How many threads.</param>
    /// <returns>The statistics of the output.</returns>
    public ChannelStatistics Apply(float* input, long length, SnakeActivation activation, float* residual, float* output, ParallelOptions parallel)
    {
        int blocks = (int)((length + BlockRows - 1) / BlockRows);
        var sums = new float[blocks * 2 * _channels];
        Parallel.For(0, blocks, parallel, () => new Buffers(this), (block, _, buffers) =>
        {
            long first = (long)block * BlockRows;
            Activate(input, length, first - _padding, activation, buffers.Rows);
            Multiply(buffers);
            fixed (float* sum = &sums[block * 2 * _channels])
                Finish(buffers.Products, first, length, residual, output, sum);
            return buffers;
        }, buffers => buffers.Dispose());
        return ChannelStatistics.FromSums(sums, _channels, length);
    }

    private void Activate(float* input, long length, long first, SnakeActivation activation, float* rows)
    {
        for (int row = 0; row < InputRows; row++)
        {
            long t = first + row;
            float* target = rows + row * _channels;
            if (t >= 0 && t < length)
                activation.Apply(input + t * _channels, target);
            else
                new Span<float>(target, _channels).Clear();
        }
    }

    /// <summary>For each point: transform all tiles, then one matrix product over channels and filters.</summary>
    private void Multiply(Buffers buffers)
    {
        int depth = _filterCount * _channels;
        float* filters = Address(_filters);
        float** rows = stackalloc float*[MatrixKernel.Rows];
        for (int point = 0; point < Points; point++)
        {
            for (int phase = 0; phase < _dilation; phase++)
            {
                for (int tile = 0; tile < PhaseRows; tile++)
                {
                    TransformTile(buffers.Rows + (phase + _dilation * Outputs * tile) * _channels, _dilation * _channels,
                        WinogradTransform.Input[point], buffers.Tiles + (phase * PhaseRows + tile) * _channels, _channels);
                }
            }
            float* product = buffers.Products + point * Tiles * _channels;
            for (int panel = 0; panel < _channels; panel += MatrixKernel.Columns)
            {
                float* columns = filters + (point * (long)_channels + panel) * depth;
                for (int tile = 0; tile < Tiles; tile += MatrixKernel.Rows)
                {
                    for (int row = 0; row < MatrixKernel.Rows; row++)
                        rows[row] = buffers.Tiles + buffers.TileRows[tile + row];
                    MatrixKernel.Multiply(rows, columns, depth, product + tile * _channels + panel, _channels);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformTile(float* rows, nint stride, float[] weights, float* target, int channels)
    {
        Vector256<float> w0 = Vector256.Create(weights[0]), w1 = Vector256.Create(weights[1]), w2 = Vector256.Create(weights[2]);
        Vector256<float> w3 = Vector256.Create(weights[3]), w4 = Vector256.Create(weights[4]), w5 = Vector256.Create(weights[5]);
        Vector256<float> w6 = Vector256.Create(weights[6]);
        for (nint c = 0; c < channels; c += 8)
        {
            float* row = rows + c;
            Vector256<float> even = Vector256.Load(row) * w0, odd = Vector256.Load(row + stride) * w1;
            even = Vector256.FusedMultiplyAdd(Vector256.Load(row + 2 * stride), w2, even);
            odd = Vector256.FusedMultiplyAdd(Vector256.Load(row + 3 * stride), w3, odd);
            even = Vector256.FusedMultiplyAdd(Vector256.Load(row + 4 * stride), w4, even);
            odd = Vector256.FusedMultiplyAdd(Vector256.Load(row + 5 * stride), w5, odd);
            even = Vector256.FusedMultiplyAdd(Vector256.Load(row + 6 * stride), w6, even);
            (even + odd).Store(target + c);
        }
    }

    /// <summary>Back from products to rows, with bias, residual and sums for the statistics.</summary>
    private void Finish(float* products, long first, long length, float* residual, float* output, float* sums)
    {
        for (int phase = 0; phase < _dilation; phase++)
        {
            for (int tile = 0; tile < _tilesPerPhase; tile++)
            {
                long t = first + phase + (long)_dilation * Outputs * tile;
                int rows = (int)Math.Clamp((length - t + _dilation - 1) / _dilation, 0, Outputs);
                if (rows > 0)
                    FinishTile(products + (phase * _tilesPerPhase + tile) * _channels, t * _channels, rows, residual, output, sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FinishTile(float* products, long place, int rows, float* residual, float* output, float* sums)
    {
        nint plane = (nint)Tiles * _channels, stride = (nint)_dilation * _channels;
        float[][] weights = WinogradTransform.Output;
        Vector256<float>* y = stackalloc Vector256<float>[Outputs];
        fixed (float* bias = _bias)
        {
            for (nint c = 0; c < _channels; c += 8)
            {
                Vector256<float> y0 = Vector256.Load(bias + c), y1 = y0, y2 = y0, y3 = y0;
                for (int point = 0; point < Points; point++)
                {
                    Vector256<float> product = Vector256.Load(products + point * plane + c);
                    float[] weight = weights[point];
                    y0 = Vector256.FusedMultiplyAdd(product, Vector256.Create(weight[0]), y0);
                    y1 = Vector256.FusedMultiplyAdd(product, Vector256.Create(weight[1]), y1);
                    y2 = Vector256.FusedMultiplyAdd(product, Vector256.Create(weight[2]), y2);
                    y3 = Vector256.FusedMultiplyAdd(product, Vector256.Create(weight[3]), y3);
                }
                (y[0], y[1], y[2], y[3]) = (y0, y1, y2, y3);
                Vector256<float> sum = Vector256.Load(sums + c), squares = Vector256.Load(sums + _channels + c);
                for (int row = 0; row < rows; row++)
                {
                    Vector256<float> value = y[row];
                    if (residual is not null)
                        value += Vector256.Load(residual + place + row * stride + c);
                    value.Store(output + place + row * stride + c);
                    sum += value;
                    squares = Vector256.FusedMultiplyAdd(value, value, squares);
                }
                sum.Store(sums + c);
                squares.Store(sums + _channels + c);
            }
        }
    }

    /// <summary>
    /// The filters at each point as panels of output channels: <c>[points, outputs / columns, filters · inputs, columns]</c>; the caller owns it.
    /// </summary>
    private static Tensor Transform(Tensor weight, int kernel)
    {
        using var scope = NewDisposeScope();
        long channels = weight.shape[0];
        int filters = FilterCount(kernel);
        Tensor padded = nn.functional.pad(weight, (0, filters * WinogradTransform.Taps - kernel));
        // [outputs, inputs, filters, taps] · [points, taps]ᵀ
        Tensor taps = padded.view(channels, channels, filters, WinogradTransform.Taps).to(ScalarType.Float64);
        Tensor points = taps.matmul(tensor([.. WinogradTransform.Filter.SelectMany(row => row)], Points, WinogradTransform.Taps).t());
        Tensor panels = points.view(channels / MatrixKernel.Columns, MatrixKernel.Columns, channels, filters, Points).permute(4, 0, 3, 2, 1);
        return panels.to(ScalarType.Float32).contiguous().MoveToOuterDisposeScope();
    }

    private static int FilterCount(int kernel) => (kernel + WinogradTransform.Taps - 1) / WinogradTransform.Taps;

    /// <summary>The address of a tensor's values: unmanaged memory, which stays where it is.</summary>
    public static float* Address(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>What one thread works in.</summary>
    private sealed class Buffers : IDisposable
    {
        private float* _memory;

        public Buffers(WinogradConv conv)
        {
            int rows = checked(conv.InputRows * conv._channels), tiles = checked(conv.PhaseRows * conv._dilation * conv._channels);
            int products = checked(Points * conv.Tiles * conv._channels);
            _memory = (float*)NativeMemory.AlignedAlloc(((nuint)rows + (nuint)tiles + (nuint)products) * sizeof(float), 64);
            Rows = _memory;
            Tiles = Rows + rows;
            Products = Tiles + tiles;
            TileRows = new int[conv.Tiles];
            for (int tile = 0; tile < TileRows.Length; tile++)
                TileRows[tile] = (tile / conv._tilesPerPhase * conv.PhaseRows + tile % conv._tilesPerPhase) * conv._channels;
        }

        /// <summary>Activated rows of the block and of its surroundings.</summary>
        public float* Rows { get; }

        /// <summary>Tiles transformed for one point.</summary>
        public float* Tiles { get; }

        /// <summary><c>[points, tiles, channels]</c>.</summary>
        public float* Products { get; }

        /// <summary>Where the row of each tile begins in <see cref="Tiles"/>.</summary>
        public int[] TileRows { get; }

        public void Dispose()
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
        }
    }
}
