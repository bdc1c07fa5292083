using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>A block of the encoder: self attention and feed-forward, each on the normalised input and added to it.</summary>
internal sealed class WhisperEncoderBlock
{
    private readonly LayerNorm _norm;
    private readonly WhisperAttention _attention;
    private readonly WhisperFeedForward _feedForward;

    private WhisperEncoderBlock(LayerNorm norm, WhisperAttention attention, WhisperFeedForward feedForward) =>
        (_norm, _attention, _feedForward) = (norm, attention, feedForward);

    /// <summary>Reads the block at the cursor.</summary>
    public static WhisperEncoderBlock Load(WeightReader reader, WhisperConfig config) => new(
        LayerNorm.Load(reader.Sub("attn_ln"), config.Width),
        WhisperAttention.Load(reader.Sub("attn"), config.Width, config.AudioHeads),
        WhisperFeedForward.Load(reader, config.Width));

    /// <summary><c>[1, T, C]</c> to the same.</summary>
    public Tensor Forward(Tensor state)
    {
        using var scope = NewDisposeScope();
        state = state + _attention.Forward(_norm.Forward(state));
        return _feedForward.AddTo(state).MoveToOuterDisposeScope();
    }
}
