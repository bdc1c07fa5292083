using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Whisper;

/// <summary>The feed-forward half of a block: four times as wide inside, exact GELU.</summary>
internal sealed class WhisperFeedForward
{
    private readonly LayerNorm _norm;
    private readonly Linear _wide;
    private readonly Linear _narrow;

    private WhisperFeedForward(LayerNorm norm, Linear wide, Linear narrow) => (_norm, _wide, _narrow) = (norm, wide, narrow);

    /// <summary>Reads <c>mlp_ln</c>, <c>mlp1</c> and <c>mlp2</c> of the block at the cursor.</summary>
    public static WhisperFeedForward Load(WeightReader reader, int width) => new(
        LayerNorm.Load(reader.Sub("mlp_ln"), width),
        Linear.Load(reader.Sub("mlp1"), width, 4 * width),
        Linear.Load(reader.Sub("mlp2"), 4 * width, width));

    /// <summary>The input and what the layers make of it, normalised.</summary>
    public Tensor AddTo(Tensor state) => state + _narrow.Forward(gelu(_wide.Forward(_norm.Forward(state))));
}
