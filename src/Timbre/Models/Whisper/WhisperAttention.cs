using Timbre.Loading.Weights;
using Timbre.Nn;
using Timbre.Nn.Cache;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Whisper;

/// <summary>
/// Multi-head attention over <c>[B, T, C]</c>; keys have no bias. On the CPU the product itself is always float32: in bfloat16 one query over
/// 1500 keys takes ten times as long (measured).
/// </summary>
internal sealed class WhisperAttention
{
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _out;
    private readonly int _heads;

    private WhisperAttention(Linear query, Linear key, Linear value, Linear output, int heads) =>
        (_query, _key, _value, _out, _heads) = (query, key, value, output, heads);

    /// <summary>Reads the layer at the cursor.</summary>
    /// <param name="reader">Its place.</param>
    /// <param name="width">Channels <c>C</c>.</param>
    /// <param name="heads">Heads <c>H</c>.</param>
    public static WhisperAttention Load(WeightReader reader, int width, int heads) => new(
        Linear.Load(reader.Sub("query"), width, width),
        Linear.Load(reader.Sub("key"), width, width, bias: false),
        Linear.Load(reader.Sub("value"), width, width),
        Linear.Load(reader.Sub("out"), width, width),
        heads);

    /// <summary>The type that attention is computed in.</summary>
    public static ScalarType TypeOn(Device device, ScalarType type) => device.type == TorchSharp.DeviceType.CPU ? ScalarType.Float32 : type;

    /// <summary>Every position looks at every other.</summary>
    public Tensor Forward(Tensor input)
    {
        (Tensor keys, Tensor values) = Remember(input);
        return Merge(scaled_dot_product_attention(Split(_query.Forward(input)), keys, values), input);
    }

    /// <summary>New tokens look at themselves and at what came before them.</summary>
    public Tensor Forward(Tensor input, KvCache cache, int layer)
    {
        (Tensor newKeys, Tensor newValues) = Remember(input);
        (Tensor keys, Tensor values) = cache.Append(layer, newKeys, newValues);
        long count = input.shape[1];
        Tensor query = Split(_query.Forward(input));
        Tensor attended = count == 1 ? scaled_dot_product_attention(query, keys, values)
            : cache.Length == 0 ? scaled_dot_product_attention(query, keys, values, is_casual: true)
            : scaled_dot_product_attention(query, keys, values, ones([count, cache.Length + count], ScalarType.Bool, input.device).tril(cache.Length));
        return Merge(attended, input);
    }

    /// <summary>Keys and values <c>[B, H, T, C / H]</c> of positions that others will look at.</summary>
    public (Tensor Keys, Tensor Values) Remember(Tensor input) => (Split(_key.Forward(input)), Split(_value.Forward(input)));

    /// <summary>
    /// Tokens look at the audio, which all sequences share: they count as queries of one sequence, as no mask tells them apart.
    /// </summary>
    /// <param name="input"><c>[B, T, C]</c>.</param>
    /// <param name="keys"><c>[1, H, F, C / H]</c>.</param>
    /// <param name="values">The same.</param>
    /// <param name="layer">Which layer this is, for the tap.</param>
    /// <param name="tap">Takes the scores, where they are asked for.</param>
    public Tensor Forward(Tensor input, Tensor keys, Tensor values, int layer, CrossAttentionTap? tap)
    {
        Tensor query = Split(_query.Forward(input).view(1, -1, input.shape[2]));
        tap?.Take(layer, query, keys);
        return Merge(scaled_dot_product_attention(query, keys, values), input);
    }

    private Tensor Split(Tensor input)
    {
        Tensor heads = input.view(input.shape[0], input.shape[1], _heads, -1).transpose(1, 2);
        return heads.to(TypeOn(input.device, input.dtype));
    }

    private Tensor Merge(Tensor attended, Tensor input) =>
        _out.Forward(attended.transpose(1, 2).reshape(input.shape).to(input.dtype));
}
