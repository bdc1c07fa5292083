using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Kokoro;

/// <summary>
/// PL-BERT, the phoneme reader: an ALBERT (Lan et al. 2019) whose one layer is passed several times. GELU in its tanh form, as the original
/// has it.
/// </summary>
internal sealed class AlbertEncoder
{
    private const int EmbeddingWidth = 128;
    private const double Epsilon = 1e-12;

    private readonly Embedding _words;
    private readonly Embedding _positions;
    private readonly Embedding _types;
    private readonly LayerNorm _embeddingNorm;
    private readonly Linear _widen;
    private readonly Linear _query, _key, _value, _dense, _inner, _outer;
    private readonly LayerNorm _attentionNorm, _outputNorm;
    private readonly int _heads, _passes;

    private AlbertEncoder(WeightReader reader, PlBertConfig config, int tokens)
    {
        int width = config.HiddenSize;
        (_heads, _passes) = (config.NumAttentionHeads, config.NumHiddenLayers);
        WeightReader embeddings = reader.Sub("embeddings");
        _words = Embedding.Load(embeddings.Sub("word_embeddings"), tokens, EmbeddingWidth);
        _positions = Embedding.Load(embeddings.Sub("position_embeddings"), config.MaxPositionEmbeddings, EmbeddingWidth);
        _types = Embedding.Load(embeddings.Sub("token_type_embeddings"), 2, EmbeddingWidth);
        _embeddingNorm = LayerNorm.Load(embeddings.Sub("LayerNorm"), EmbeddingWidth, Epsilon);
        _widen = Linear.Load(reader.Sub("encoder.embedding_hidden_mapping_in"), EmbeddingWidth, width);
        WeightReader layer = reader.Sub("encoder.albert_layer_groups.0.albert_layers.0");
        WeightReader attention = layer.Sub("attention");
        _query = Linear.Load(attention.Sub("query"), width, width);
        _key = Linear.Load(attention.Sub("key"), width, width);
        _value = Linear.Load(attention.Sub("value"), width, width);
        _dense = Linear.Load(attention.Sub("dense"), width, width);
        _attentionNorm = LayerNorm.Load(attention.Sub("LayerNorm"), width, Epsilon);
        _inner = Linear.Load(layer.Sub("ffn"), width, config.IntermediateSize);
        _outer = Linear.Load(layer.Sub("ffn_output"), config.IntermediateSize, width);
        _outputNorm = LayerNorm.Load(layer.Sub("full_layer_layer_norm"), width, Epsilon);
    }

    /// <summary>Reads the encoder at the cursor.</summary>
    public static AlbertEncoder Load(WeightReader reader, PlBertConfig config, int tokens) => new(reader, config, tokens);

    /// <summary>Ids <c>[B, N]</c> to <c>[B, N, hidden]</c>.</summary>
    public Tensor Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor positions = arange(ids.shape[1], dtype: ScalarType.Int64, device: ids.device).unsqueeze(0);
        Tensor embedded = _words.Forward(ids) + _positions.Forward(positions) + _types.Forward(zeros_like(positions));
        Tensor hidden = _widen.Forward(_embeddingNorm.Forward(embedded));
        for (int pass = 0; pass < _passes; pass++)
            hidden = Layer(hidden);
        return hidden.MoveToOuterDisposeScope();
    }

    private Tensor Layer(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor context = scaled_dot_product_attention(Heads(_query.Forward(input)), Heads(_key.Forward(input)), Heads(_value.Forward(input)));
        Tensor joined = context.transpose(1, 2).reshape(input.shape);
        Tensor attended = _attentionNorm.Forward(_dense.Forward(joined).add_(input));
        Tensor inner = gelu(_inner.Forward(attended), TorchSharp.Modules.GELU.Approximate.tanh);
        return _outputNorm.Forward(_outer.Forward(inner).add_(attended)).MoveToOuterDisposeScope();
    }

    /// <summary><c>[B, N, H · D]</c> to <c>[B, H, N, D]</c>.</summary>
    private Tensor Heads(Tensor input) => input.view(input.shape[0], input.shape[1], _heads, -1).transpose(1, 2);
}
