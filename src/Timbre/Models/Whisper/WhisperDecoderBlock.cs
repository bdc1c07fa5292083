using Timbre.Loading.Weights;
using Timbre.Nn;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>A block of the decoder: causal self attention, cross attention to the audio, feed-forward, each pre-norm and added.</summary>
internal sealed class WhisperDecoderBlock
{
    private readonly int _layer;
    private readonly LayerNorm _norm;
    private readonly WhisperAttention _attention;
    private readonly LayerNorm _crossNorm;
    private readonly WhisperAttention _cross;
    private readonly WhisperFeedForward _feedForward;

    private WhisperDecoderBlock(
        int layer, LayerNorm norm, WhisperAttention attention, LayerNorm crossNorm, WhisperAttention cross, WhisperFeedForward feedForward) =>
        (_layer, _norm, _attention, _crossNorm, _cross, _feedForward) = (layer, norm, attention, crossNorm, cross, feedForward);

    /// <summary>Reads the block at the cursor.</summary>
    public static WhisperDecoderBlock Load(WeightReader reader, WhisperConfig config, int layer) => new(
        layer,
        LayerNorm.Load(reader.Sub("attn_ln"), config.Width),
        WhisperAttention.Load(reader.Sub("attn"), config.Width, config.TextHeads),
        LayerNorm.Load(reader.Sub("cross_attn_ln"), config.Width),
        WhisperAttention.Load(reader.Sub("cross_attn"), config.Width, config.TextHeads),
        WhisperFeedForward.Load(reader, config.Width));

    /// <summary>The encoder's output <c>[1, 1500, C]</c> as keys and values for this block.</summary>
    public (Tensor Keys, Tensor Values) Remember(Tensor audio)
    {
        (Tensor keys, Tensor values) = _cross.Remember(audio);
        return (keys.contiguous(), values.contiguous());
    }

    /// <summary>New tokens <c>[B, T, C]</c> to the same.</summary>
    public Tensor Forward(Tensor state, WhisperAudio audio, KvCache cache, CrossAttentionTap? tap)
    {
        state = state + _attention.Forward(_norm.Forward(state), cache, _layer);
        (Tensor keys, Tensor values) = audio.Layers[_layer];
        state = state + _cross.Forward(_crossNorm.Forward(state), keys, values, _layer, tap);
        return _feedForward.AddTo(state);
    }
}
