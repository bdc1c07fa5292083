using System.Text.Json;
using System.Text.Json.Nodes;
using Timbre.Loading.Weights;

namespace Timbre.Conversion;

/// <summary>
/// The <c>config.json</c> of a converted model, as the reference writes it: sorted keys, the resolved type, the quantization block twice.
/// </summary>
internal static class ConvertedConfig
{
    private const string Quantization = "quantization", QuantizationCopy = "quantization_config";
    private static readonly string[] Dropped = ["_name_or_path", "vision_config"];

    /// <summary>The config of the result.</summary>
    /// <param name="source">The source's config.</param>
    /// <param name="architecture">The architecture's name.</param>
    /// <param name="quantization">The block that tells how layers are packed; null when all are floats.</param>
    public static JsonObject Create(JsonElement source, string architecture, JsonObject? quantization)
    {
        var config = new JsonObject();
        // Of a key that stands in it twice the last one counts, as for Python.
        foreach (JsonProperty property in source.EnumerateObject())
            config[property.Name] = Node(property.Value);
        foreach (string key in (string[])[.. Dropped, Quantization, QuantizationCopy])
            config.Remove(key);
        config["model_type"] = architecture;
        if (quantization is not null)
        {
            config[Quantization] = quantization;
            config[QuantizationCopy] = quantization.DeepClone();
        }
        return config;
    }

    /// <summary>The text of the file: keys of the top level sorted by code point.</summary>
    public static string Write(JsonObject config)
    {
        var sorted = new JsonObject();
        foreach (string key in config.Select(pair => pair.Key).Order(CodePointComparer).ToArray())
            sorted[key] = config[key]?.DeepClone();
        return PythonJson.Write(sorted);
    }

    /// <summary>A quantization block or an entry of one.</summary>
    public static JsonObject Block(QuantizationFormat format) => new()
    {
        ["group_size"] = format.GroupSize,
        ["bits"] = format.Bits,
        ["mode"] = format.ModeName,
    };

    /// <summary>The source's block as it stands, or null.</summary>
    public static JsonObject? SourceBlock(JsonElement source) =>
        (source.TryGetProperty(Quantization, out JsonElement block) || source.TryGetProperty(QuantizationCopy, out block))
        && block.ValueKind == JsonValueKind.Object ? (JsonObject)Node(block)! : null;

    // Surrogate pairs come behind all single characters, as in Python.
    private static Comparer<string> CodePointComparer { get; } = Comparer<string>.Create((left, right) =>
        left.EnumerateRunes().Select(rune => rune.Value).Append(-1).Zip(right.EnumerateRunes().Select(rune => rune.Value).Append(-1))
            .Select(pair => pair.First.CompareTo(pair.Second)).FirstOrDefault(order => order != 0));

    private static JsonNode? Node(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (JsonProperty property in element.EnumerateObject())
                    members[property.Name] = Node(property.Value);
                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Node)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element);
        }
    }
}
