using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Tests.Nn.Quantization;

/// <summary>A matrix of random codes and scales in any format, with its values as they are read off one by one.</summary>
internal sealed class PackedExample
{
    private readonly byte[] _packed;
    private readonly float[] _scales;
    private readonly float[] _biases;

    public PackedExample(QuantizationFormat format, int rows, int columns, int seed)
    {
        (Format, Rows, Columns) = (format, rows, columns);
        var random = new Random(seed);
        int groups = rows * columns / format.GroupSize;
        bool affine = format.Mode == QuantizationMode.Affine;
        byte[] codes = [.. Enumerable.Range(0, rows * columns).Select(_ => (byte)random.Next(1 << format.Bits))];
        if (format.Mode == QuantizationMode.Mxfp8)
            codes = [.. codes.Select(code => (code & 0x7F) == 0x7F ? (byte)(code - 1) : code)];
        _scales = [.. Enumerable.Range(0, groups).Select(_ => affine ? random.NextSingle() - 0.5f : random.Next(100, 127))];
        _biases = affine ? [.. Enumerable.Range(0, groups).Select(_ => 4 * random.NextSingle() - 2)] : [];
        _packed = new byte[rows * BitPacking.RowBytes(columns, format.Bits)];
        // Rows end at bytes in every format.
        BitPacking.Pack(codes, _packed, format.Bits);
        Values = [.. codes.Select((code, i) => Value(code, i / format.GroupSize))];
    }

    /// <summary>Every format that MLX has.</summary>
    public static IEnumerable<QuantizationFormat> Formats { get; } =
    [
        .. from bits in (int[])[1, 2, 3, 4, 5, 6, 8] from size in (int[])[32, 64, 128] select QuantizationFormat.Create("affine", bits, size),
        QuantizationFormat.Create("mxfp4"), QuantizationFormat.Create("mxfp8"), QuantizationFormat.Create("nvfp4"),
    ];

    public QuantizationFormat Format { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The matrix, row by row.</summary>
    public double[] Values { get; }

    public Tensor Words => tensor(_packed, [Rows, _packed.Length / Rows]);

    public Tensor Scales => tensor(_scales, [Rows, _scales.Length / Rows]).to(_biases.Length > 0 ? ScalarType.Float32 : ScalarType.Byte);

    public Tensor? Biases => _biases.Length > 0 ? tensor(_biases, [Rows, _biases.Length / Rows]) : null;

    /// <summary>As a layer keeps it; its tensors go to the scope around.</summary>
    public QuantizedWeight Weight() => QuantizedWeight.Create(Words, Scales, Biases, Format, Columns, value => value.MoveToOuterDisposeScope());

    /// <summary><c>x Wᵀ</c> in float64.</summary>
    public Tensor Product(Tensor input) => input.to(ScalarType.Float64).matmul(Matrix.t());

    /// <summary>What sums of rounding errors are to be measured against: <c>|x| |W|ᵀ</c>.</summary>
    public Tensor Magnitude(Tensor input) => input.to(ScalarType.Float64).abs().matmul(Matrix.abs().t());

    /// <summary>The matrix in float64.</summary>
    public Tensor Matrix => tensor(Values, [Rows, Columns]);

    private double Value(byte code, int group) => Format.Mode switch
    {
        QuantizationMode.Affine => (double)code * _scales[group] + _biases[group],
        QuantizationMode.Mxfp8 => (double)MiniFloat.E4M3[code] * MiniFloat.E8M0[(int)_scales[group]],
        QuantizationMode.Mxfp4 => (double)MiniFloat.E2M1[code] * MiniFloat.E8M0[(int)_scales[group]],
        _ => (double)MiniFloat.E2M1[code] * MiniFloat.E4M3[(int)_scales[group]],
    };
}
