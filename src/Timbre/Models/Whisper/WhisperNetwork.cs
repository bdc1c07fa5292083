using Timbre.Loading.Weights;
using Timbre.Nn;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>
/// Whisper's encoder and decoder (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision"). The token embedding is
/// the output projection too.
/// </summary>
internal sealed class WhisperNetwork
{
    private readonly Embedding _tokens;
    private readonly Tensor _positions;
    private readonly IReadOnlyList<WhisperDecoderBlock> _blocks;
    private readonly LayerNorm _norm;

    private WhisperNetwork(
        WhisperConfig config, WhisperEncoder encoder, Embedding tokens, Tensor positions, IReadOnlyList<WhisperDecoderBlock> blocks, LayerNorm norm)
    {
        (Config, Encoder, _tokens, _positions, _blocks, _norm) = (config, encoder, tokens, positions, blocks, norm);
        AlignmentHeads = config.AlignmentHeads ??
        [
            .. from layer in Enumerable.Range(config.TextLayers / 2, config.TextLayers - config.TextLayers / 2)
               from head in Enumerable.Range(0, config.TextHeads)
               select (layer, head),
        ];
    }

    /// <summary>Its sizes.</summary>
    public WhisperConfig Config { get; }

    /// <summary>Its encoder.</summary>
    public WhisperEncoder Encoder { get; }

    /// <summary>The cross-attention heads that follow the audio in time: the checkpoint's, else all of the upper half.</summary>
    public IReadOnlyList<(int Layer, int Head)> AlignmentHeads { get; }

    /// <summary>Reads the network.</summary>
    public static WhisperNetwork Load(WeightReader reader, WhisperConfig config)
    {
        WeightReader decoder = reader.Sub("decoder");
        return new WhisperNetwork(
            config with { AlignmentHeads = config.AlignmentHeads ?? StoredHeads(reader, config) },
            WhisperEncoder.Load(reader.Sub("encoder"), config),
            Embedding.Load(decoder.Sub("token_embedding"), config.VocabularySize, config.Width),
            decoder.Tensor("positional_embedding", config.TextContext, config.Width),
            [.. Enumerable.Range(0, config.TextLayers).Select(layer => WhisperDecoderBlock.Load(decoder.Sub("blocks", layer), config, layer))],
            LayerNorm.Load(decoder.Sub("ln"), config.Width));
    }

    /// <summary>Encodes a window: log-mel <c>[1, mels, 3000]</c>.</summary>
    public WhisperAudio Encode(Tensor mel)
    {
        using var scope = NewDisposeScope();
        Tensor audio = Encoder.Forward(mel);
        return new WhisperAudio([.. _blocks.Select(block => block.Remember(audio))]);
    }

    /// <summary>Room for decoding that many sequences in parallel.</summary>
    public KvCache CreateCache(int rows = 1) => new(
        Config.TextLayers, rows, Config.TextHeads, Config.TextContext, Config.Width / Config.TextHeads,
        WhisperAttention.TypeOn(_positions.device, _positions.dtype), _positions.device);

    /// <summary>
    /// Decodes new tokens after those in the cache: ids <c>[B, T]</c>, row by row, to logits <c>[B, P, vocabulary]</c> in float32 on the CPU.
    /// </summary>
    /// <param name="ids">The new ids of all sequences.</param>
    /// <param name="audio">The window.</param>
    /// <param name="cache">What came before; has the new tokens afterwards.</param>
    /// <param name="outputs">Which of the T positions the logits are wanted of; null: the last.</param>
    /// <param name="tap">Takes cross-attention scores.</param>
    public Tensor Decode(ReadOnlySpan<int> ids, WhisperAudio audio, KvCache cache, int[]? outputs = null, CrossAttentionTap? tap = null)
    {
        int count = ids.Length / cache.Rows;
        using var scope = NewDisposeScope();
        Tensor state = _tokens.Forward(ToTensor(ids).view(cache.Rows, count)) + _positions.narrow(0, cache.Length, count);
        foreach (WhisperDecoderBlock block in _blocks)
            state = block.Forward(state, audio, cache, tap);
        cache.Advance(count);
        state = outputs is null ? state.narrow(1, count - 1, 1) : state.index_select(1, ToTensor(outputs));
        return _tokens.AsLinear(_norm.Forward(state)).to(ScalarType.Float32).cpu().contiguous().MoveToOuterDisposeScope();
    }

    private Tensor ToTensor(ReadOnlySpan<int> ids)
    {
        var values = new long[ids.Length];
        for (int i = 0; i < ids.Length; i++)
            values[i] = ids[i];
        return tensor(values, device: _positions.device);
    }

    /// <summary>Older MLX checkpoints keep the alignment heads among the weights, <c>[n, 2]</c>.</summary>
    private static List<(int, int)>? StoredHeads(WeightReader reader, WhisperConfig config)
    {
        if (!reader.Has("alignment_heads"))
            return null;
        using Tensor raw = reader.Raw("alignment_heads", WeightReader.Any, 2);
        using Tensor wide = raw.to(ScalarType.Int64);
        long[] flat = wide.data<long>().ToArray();
        List<(int, int)> heads = [.. flat.Chunk(2).Select(pair => ((int)pair[0], (int)pair[1]))];
        return heads.TrueForAll(head => (uint)head.Item1 < (uint)config.TextLayers && (uint)head.Item2 < (uint)config.TextHeads)
            ? heads
            : throw reader.Error("alignment_heads", "names heads that this decoder does not have.");
    }
}
