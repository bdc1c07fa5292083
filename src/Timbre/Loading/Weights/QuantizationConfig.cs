using System.Text.Json;

namespace Timbre.Loading.Weights;

/// <summary>The <c>quantization</c> block of a config: one setting for all layers and exceptions by path.</summary>
internal sealed class QuantizationConfig
{
    private readonly LayerQuantization _default;
    private readonly Dictionary<string, LayerQuantization> _layers = [];

    private QuantizationConfig(LayerQuantization fallback) => _default = fallback;

    /// <summary>Reads <c>quantization</c>, else <c>quantization_config</c>; null when the config has neither.</summary>
    /// <exception cref="ModelNotSupportedException">The block is not what MLX writes.</exception>
    public static QuantizationConfig? Read(JsonElement config)
    {
        if (!config.TryGetProperty("quantization", out JsonElement block) && !config.TryGetProperty("quantization_config", out block)
            || block.ValueKind != JsonValueKind.Object)
            return null;
        if (!block.TryGetProperty("bits", out _))
            throw new ModelNotSupportedException("config.json: 'quantization' lacks 'bits'; only weights quantized by MLX can be read.");
        var result = new QuantizationConfig(ReadLayer(block, new LayerQuantization("affine", 0, 64)));
        foreach (JsonProperty entry in block.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Object)
                result._layers[entry.Name] = ReadLayer(entry.Value, result._default);
        }
        return result;
    }

    /// <summary>The setting of the layer at that path of the checkpoint.</summary>
    public LayerQuantization For(string path) => _layers.GetValueOrDefault(path, _default);

    private static LayerQuantization ReadLayer(JsonElement block, LayerQuantization fallback)
    {
        try
        {
            return new LayerQuantization(
                block.TryGetProperty("mode", out JsonElement mode) ? mode.GetString() ?? fallback.Mode : fallback.Mode,
                block.TryGetProperty("bits", out JsonElement bits) ? bits.GetInt32() : fallback.Bits,
                block.TryGetProperty("group_size", out JsonElement groupSize) ? groupSize.GetInt32() : fallback.GroupSize);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new ModelNotSupportedException($"config.json: 'quantization' has a value of the wrong kind: {error.Message}", error);
        }
    }
}
