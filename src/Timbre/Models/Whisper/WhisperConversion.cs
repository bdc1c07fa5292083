using System.Text.Json.Nodes;
using Timbre.Conversion;
using TorchSharp;

namespace Timbre.Models.Whisper;

/// <summary>What is peculiar to Whisper when it is converted.</summary>
internal static class WhisperConversion
{
    // The names of the original and of older MLX conversions, and those of Hugging Face.
    private static readonly (string Original, string Hub)[] Keys =
    [
        ("n_mels", "num_mel_bins"), ("n_audio_ctx", "max_source_positions"), ("n_audio_state", "d_model"),
        ("n_audio_head", "encoder_attention_heads"),
        ("n_audio_layer", "encoder_layers"), ("n_vocab", "vocab_size"), ("n_text_ctx", "max_target_positions"),
        ("n_text_head", "decoder_attention_heads"), ("n_text_layer", "decoder_layers"),
    ];

    // Vocabularies of multilingual models are larger than this; the special tokens of the English ones lie one lower.
    private const int EnglishVocabulary = 51864;

    /// <summary>The rules.</summary>
    public static ConversionRules Rules { get; } = new()
    {
        Layouts = [WhisperWeights.Torch, WhisperWeights.Mlx],
        StoredType = torch.ScalarType.Float16,
        ModuleOrder =
        [
            "encoder", "decoder", "conv1", "conv2", "token_embedding", "positional_embedding", "blocks", "ln_post", "ln",
            "attn", "attn_ln", "cross_attn", "cross_attn_ln", "query", "key", "value", "out", "mlp1", "mlp2", "mlp_ln",
        ],
        ComputedTensors = Positions,
        TorchConfig = HubConfig,
    };

    /// <summary>Hugging Face stores the sinusoids of the encoder.</summary>
    private static IReadOnlyList<ComputedTensor> Positions(ConversionLayout layout, JsonObject config)
    {
        if (layout != ConversionLayout.Torch)
            return [];
        int count = Size(config, "max_source_positions", "n_audio_ctx", 1500), width = Size(config, "d_model", "n_audio_state", null);
        if (count is < 1 or > 1 << 20 || width is < 4 or > 1 << 16)
            throw new ModelNotSupportedException($"config.json: {count} positions of {width} values make no Whisper encoder.");
        return [new ComputedTensor("model.encoder.embed_positions.weight", [count, width], () => WhisperEncoder.Sinusoids(count, width))];
    }

    private static JsonObject HubConfig(JsonObject config)
    {
        if (!config.ContainsKey("n_audio_state"))
            return config;
        foreach ((string original, string hub) in Keys)
        {
            if (config.Remove(original, out JsonNode? value))
                config[hub] = value;
        }
        config.Remove("n_text_state");
        int width = Size(config, "d_model", "d_model", null), vocabulary = Size(config, "vocab_size", "vocab_size", null);
        int end = vocabulary > EnglishVocabulary ? 50257 : 50256;
        // A vocabulary that was cut has its special tokens elsewhere, and transformers takes no id beyond it.
        JsonNode? Token(int id) => id < vocabulary ? id : null;
        JsonObject others = new()
        {
            ["architectures"] = new JsonArray("WhisperForConditionalGeneration"),
            ["activation_function"] = "gelu",
            ["encoder_ffn_dim"] = 4 * width,
            ["decoder_ffn_dim"] = 4 * width,
            ["is_encoder_decoder"] = true,
            ["tie_word_embeddings"] = true,
            ["bos_token_id"] = Token(end),
            ["eos_token_id"] = Token(end),
            ["pad_token_id"] = Token(end),
        };
        if (Token(end + 1) is { } start)
            others["decoder_start_token_id"] = start;
        foreach ((string key, JsonNode? value) in others)
        {
            if (!config.ContainsKey(key))
                config[key] = value?.DeepClone();
        }
        return config;
    }

    private static int Size(JsonObject config, string key, string otherKey, int? otherwise)
    {
        JsonNode? value = config[key] ?? config[otherKey];
        return value is JsonValue number && number.TryGetValue(out int size) ? size
            : value is null && otherwise is { } fallback ? fallback
            : throw new ModelNotSupportedException($"config.json: '{key}' is not a size.");
    }
}
