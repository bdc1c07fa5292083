using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Conversion;

/// <summary>A layer's weights as rows of float32, packed or not. Its tensors live in the scope that it was opened in.</summary>
internal sealed class MatrixReader
{
    private readonly Tensor _weight;
    private readonly Tensor? _scales, _biases;
    private readonly QuantizationFormat? _format;

    private MatrixReader(ConversionSource source, string path, StoredTensor stored)
    {
        (Path, Type) = (path, stored.Entry.Type);
        _weight = InRows(stored);
        Columns = _weight.shape[1];
        if (Type.IsFloat || source.Find(path + ".scales") is not { } scales)
            return;
        _format = source.FormatOf(path);
        _scales = InRows(scales);
        _biases = source.Find(path + ".biases") is { } biases ? InRows(biases) : null;
        Columns = _scales.shape[1] * _format.GroupSize;
    }

    /// <summary>The layer's path.</summary>
    public string Path { get; }

    /// <summary>The type in which the weights, or their words, are stored.</summary>
    public TensorType Type { get; }

    /// <summary>Rows of the matrix.</summary>
    public long Rows => _weight.shape[0];

    /// <summary>Values of a row.</summary>
    public long Columns { get; }

    /// <summary>Whether it is stored packed.</summary>
    public bool IsPacked => _format is not null;

    /// <summary>Opens the layer of that path; null where there is none with a matrix or a kernel.</summary>
    public static MatrixReader? Open(ConversionSource source, string path) =>
        source.Find(path + ".weight") is { Shape.Length: >= 2 } stored ? new MatrixReader(source, path, stored) : null;

    /// <summary>Rows in float32: as they are stored, or as they are decoded.</summary>
    public Tensor Read(long first, long count)
    {
        Tensor rows = _weight.narrow(0, first, count);
        if (_format is null)
            return rows.to(ScalarType.Float32);
        QuantizedWeight packed = QuantizedWeight.Create(
            rows.contiguous(), _scales!.narrow(0, first, count), _biases?.narrow(0, first, count), _format, (int)Columns, tensor =>
                tensor.MoveToOuterDisposeScope());
        return packed.Dequantize(ScalarType.Float32);
    }

    private static Tensor InRows(StoredTensor stored)
    {
        Tensor values = stored.Read();
        return values.view(-1, values.shape[^1]);
    }
}
