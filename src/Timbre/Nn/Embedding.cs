using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Nn;

/// <summary>A table of vectors, dense or packed, that may also serve as output projection.</summary>
internal sealed class Embedding
{
    private readonly Tensor? _dense;
    private readonly QuantizedWeight? _packed;
    private readonly ScalarType _type;

    private Embedding(Tensor? dense, QuantizedWeight? packed, ScalarType type) => (_dense, _packed, _type) = (dense, packed, type);

    /// <summary>Reads <c>weight</c> <c>[count, width]</c> at the cursor.</summary>
    public static Embedding Load(WeightReader reader, int count, int width)
    {
        QuantizedWeight? packed = QuantizedWeight.TryLoad(reader, count, width);
        return new Embedding(packed is null ? QuantizedWeight.LoadFloats(reader, count, width) : null, packed, reader.Type);
    }

    /// <summary>The vectors of the ids: <c>[...]</c> int64 to <c>[..., width]</c>.</summary>
    public Tensor Forward(Tensor ids)
    {
        if (_packed is not null)
            return _packed.Rows(ids, _type);
        using Tensor flat = ids.view(-1);
        using Tensor rows = _dense!.index_select(0, flat);
        return rows.view([.. ids.shape, rows.shape[1]]);
    }

    /// <summary>The table as a linear layer without bias (a tied head): <c>[..., width]</c> to <c>[..., count]</c>.</summary>
    public Tensor AsLinear(Tensor input) => _dense is not null ? linear(input, _dense) : _packed!.Multiply(input);
}
