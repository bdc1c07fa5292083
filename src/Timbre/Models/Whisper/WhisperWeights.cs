using Timbre.Loading.Weights;

namespace Timbre.Models.Whisper;

/// <summary>The layouts in which Whisper's weights are published; the layers ask by the original's names.</summary>
internal static class WhisperWeights
{
    private const string Convolutions = @"^encoder\.conv[12]\.weight$";

    /// <summary>Hugging Face's names, with or without <c>model.</c> in front. The head is the embedding; encoder positions are computed.</summary>
    public static CheckpointLayout Torch { get; } = new("torch", Renames()) { Export = RenamesBack() };

    /// <summary>As OpenAI published it (<c>base.pt</c>): the original's names, where the feed-forward layers are numbered.</summary>
    public static CheckpointLayout Original { get; } = new("original", WithoutSinusoids(new WeightMap
    {
        { @"\.mlp\.0\.", ".mlp1." },
        { @"\.mlp\.2\.", ".mlp2." },
    }));

    /// <summary>The original's names; convolutions are <c>[outputs, kernel, inputs]</c>.</summary>
    public static CheckpointLayout Mlx { get; } = new("mlx", WithoutSinusoids(new WeightMap { { Convolutions, "$0", [0, 2, 1] } }))
    {
        Export = new WeightMap { { Convolutions, "$0", [0, 2, 1] } },
    };

    /// <summary>Which of them the checkpoint is in.</summary>
    public static CheckpointLayout Find(Checkpoint checkpoint) =>
        checkpoint.Any(name => name.Contains("encoder.layers.", StringComparison.Ordinal)) ? Torch
        : checkpoint.Any(name => name.Contains(".mlp.0.", StringComparison.Ordinal)) ? Original : Mlx;

    private static WeightMap Renames()
    {
        WeightMap map = new()
        {
            { @"^model\.", "" },
            { @"\.layers\.(\d+)\.", ".blocks.$1." },
            { @"\.self_attn\.", ".attn." },
            { @"\.encoder_attn\.", ".cross_attn." },
            { @"\.q_proj\.", ".query." },
            { @"\.k_proj\.", ".key." },
            { @"\.v_proj\.", ".value." },
            { @"\.out_proj\.", ".out." },
            { @"\.self_attn_layer_norm\.", ".attn_ln." },
            { @"\.encoder_attn_layer_norm\.", ".cross_attn_ln." },
            { @"\.final_layer_norm\.", ".mlp_ln." },
            { @"\.fc([12])\.", ".mlp$1." },
            { @"^encoder\.layer_norm\.", "encoder.ln_post." },
            { @"^decoder\.layer_norm\.", "decoder.ln." },
            { @"^decoder\.embed_tokens\.", "decoder.token_embedding." },
            { @"^decoder\.embed_positions\.weight$", "decoder.positional_embedding" },
        };
        map.Drop(@"^proj_out\.weight$");
        map.Drop(@"^encoder\.embed_positions\.weight$");
        return map;
    }

    /// <summary>The original and some older MLX checkpoints store the sinusoids of the encoder, which are computed.</summary>
    private static WeightMap WithoutSinusoids(WeightMap map)
    {
        map.Drop(@"^encoder\.positional_embedding$");
        return map;
    }

    private static WeightMap RenamesBack()
    {
        WeightMap map = new()
        {
            { @"\.attn\.", ".self_attn." },
            { @"\.cross_attn\.", ".encoder_attn." },
            { @"\.query\.", ".q_proj." },
            { @"\.key\.", ".k_proj." },
            { @"\.value\.", ".v_proj." },
            { @"\.out\.", ".out_proj." },
            { @"\.attn_ln\.", ".self_attn_layer_norm." },
            { @"\.cross_attn_ln\.", ".encoder_attn_layer_norm." },
            { @"\.mlp_ln\.", ".final_layer_norm." },
            { @"\.mlp([12])\.", ".fc$1." },
            { @"\.blocks\.(\d+)\.", ".layers.$1." },
            { @"^encoder\.ln_post\.", "encoder.layer_norm." },
            { @"^decoder\.ln\.", "decoder.layer_norm." },
            { @"^decoder\.token_embedding\.", "decoder.embed_tokens." },
            { @"^decoder\.positional_embedding$", "decoder.embed_positions.weight" },
            { @"^", "model." },
        };
        // Transformers keeps them in generation_config.json.
        map.Drop(@"^model\.alignment_heads$");
        return map;
    }
}
