using System.Text.Json;

namespace Timbre.Loading.Weights;

/// <summary>The <c>quantization</c> block of a config: one setting for all layers and exceptions by path.</summary>
internal sealed class QuantizationConfig
{
    private readonly QuantizationFormat _default;
    private readonly Dictionary<string, QuantizationFormat> _layers = [];

    private QuantizationConfig(QuantizationFormat fallback) => _default = fallback;

    /// <summary>Reads <c>quantization</c>, else <c>quantization_config</c>; null when the config has neither.</summary>
    /// <exception cref="ModelNotSupportedException">The block is not what MLX writes.</exception>
    public static QuantizationConfig? Read(JsonElement config)
    {
        if (!config.TryGetProperty("quantization", out JsonElement block) && !config.TryGetProperty("quantization_config", out block)
            || block.ValueKind != JsonValueKind.Object)
            return null;
        if (!block.TryGetProperty("bits", out _))
            throw new ModelNotSupportedException("config.json: 'quantization' lacks 'bits'; only weights quantized by MLX can be read.");
        var result = new QuantizationConfig(ReadLayer(block, null));
        foreach (JsonProperty entry in block.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Object)
                result._layers[entry.Name] = ReadLayer(entry.Value, result._default);
        }
        return result;
    }

    /// <summary>The setting of the layer at that path of the checkpoint.</summary>
    public QuantizationFormat For(string path) => _layers.GetValueOrDefault(path, _default);

    private static QuantizationFormat ReadLayer(JsonElement block, QuantizationFormat? fallback)
    {
        try
        {
            string? mode = block.TryGetProperty("mode", out JsonElement named) ? named.GetString() : fallback?.Mode.ToString().ToLowerInvariant();
            return QuantizationFormat.Create(mode ?? "affine", Number(block, "bits") ?? fallback?.Bits, Number(block, "group_size") ?? fallback?.GroupSize);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ModelNotSupportedException($"config.json: 'quantization': {error.Message}", error);
        }
    }

    private static int? Number(JsonElement block, string key) => block.TryGetProperty(key, out JsonElement value) ? value.GetInt32() : null;
}
