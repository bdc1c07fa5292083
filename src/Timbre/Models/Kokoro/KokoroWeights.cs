using Timbre.Loading.Weights;

namespace Timbre.Models.Kokoro;

/// <summary>The names and axes in which Kokoro is published. The layers use the original's, and <c>weight</c> and <c>bias</c> for every norm.</summary>
internal static class KokoroWeights
{
    /// <summary>The original network's, and those of the 16-bit conversions.</summary>
    public static CheckpointLayout Torch { get; } = new("torch", new WeightMap
    {
        { @"(^|\.)module\.", "$1" },
        { @"^(text_encoder\.cnn\.\d+\.1)\.gamma$", "$1.weight" },
        { @"^(text_encoder\.cnn\.\d+\.1)\.beta$", "$1.bias" },
    })
    {
        Export = new WeightMap
        {
            { @"^(text_encoder\.cnn\.\d+\.1)\.weight$", "$1.gamma" },
            { @"^(text_encoder\.cnn\.\d+\.1)\.bias$", "$1.beta" },
        },
    };

    /// <summary>Those that MLX saves, quantized checkpoints among them: the last two axes of convolutions change places.</summary>
    public static CheckpointLayout Mlx { get; } = new("mlx", new WeightMap
    {
        { @"\.Wx_forward$", ".weight_ih_l0" },
        { @"\.Wh_forward$", ".weight_hh_l0" },
        { @"\.bias_(ih|hh)_forward$", ".bias_$1_l0" },
        { @"\.Wx_backward$", ".weight_ih_l0_reverse" },
        { @"\.Wh_backward$", ".weight_hh_l0_reverse" },
        { @"\.bias_(ih|hh)_backward$", ".bias_$1_l0_reverse" },
        { @"\.weight_v$", "$0", [0, 2, 1] },
        { @"^predictor\.(F0|N)_proj\.weight$", "$0", [0, 2, 1] },
        { @"^decoder\.generator\.noise_convs\.\d+\.weight$", "$0", [0, 2, 1] },
    })
    {
        Export = new WeightMap
        {
            { @"\.weight_ih_l0$", ".Wx_forward" },
            { @"\.weight_hh_l0$", ".Wh_forward" },
            { @"\.bias_(ih|hh)_l0$", ".bias_$1_forward" },
            { @"\.weight_ih_l0_reverse$", ".Wx_backward" },
            { @"\.weight_hh_l0_reverse$", ".Wh_backward" },
            { @"\.bias_(ih|hh)_l0_reverse$", ".bias_$1_backward" },
            { @"\.weight_v$", "$0", [0, 2, 1] },
            { @"^predictor\.(F0|N)_proj\.weight$", "$0", [0, 2, 1] },
            { @"^decoder\.generator\.noise_convs\.\d+\.weight$", "$0", [0, 2, 1] },
        },
    };

    /// <summary>Published, but of no use for speech.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [@"^bert\.pooler\.", @"^bert\.embeddings\.position_ids$"];

    /// <summary>Which of them the checkpoint is in: told by the names of the LSTMs' tensors, for shapes can mislead.</summary>
    public static CheckpointLayout Find(Checkpoint checkpoint) =>
        checkpoint.Any(name => name.EndsWith(".Wx_forward", StringComparison.Ordinal)) ? Mlx : Torch;
}
