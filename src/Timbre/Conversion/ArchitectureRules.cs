using Timbre.Loading;

namespace Timbre.Conversion;

/// <summary>The rules of architectures that have no family in Timbre.</summary>
internal static class ArchitectureRules
{
    /// <summary>The decoder-only language models of mlx-lm: Llama, Qwen2 and Qwen3 alike.</summary>
    private static readonly ConversionRules LanguageModel = new()
    {
        ModuleOrder =
        [
            "model", "embed_tokens", "layers", "self_attn", "mlp", "input_layernorm", "post_attention_layernorm", "norm", "lm_head",
            "q_proj", "k_proj", "v_proj", "o_proj", "q_norm", "k_norm", "gate_proj", "down_proj", "up_proj",
        ],
    };

    private static readonly Dictionary<string, ConversionRules> Rules = new()
    {
        ["llama"] = LanguageModel,
        ["qwen3"] = LanguageModel,
        ["outetts"] = LanguageModel,
        ["spark"] = LanguageModel,
    };

    /// <summary>The rules of an architecture: its family's, else those of the table, else none.</summary>
    public static ConversionRules Of(KnownArchitecture architecture, ModelFamily? family) =>
        family?.Conversion ?? Rules.GetValueOrDefault(architecture.Name, ConversionRules.None);
}
