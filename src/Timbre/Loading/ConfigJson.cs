using System.Text.Json;
using System.Text.Json.Serialization;

namespace Timbre.Loading;

/// <summary>A model's <c>config.json</c>.</summary>
internal sealed class ConfigJson
{
    private const long MaxLength = 16 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 32,
    };

    private readonly string _path;

    private ConfigJson(string path, JsonElement root) => (_path, Root) = (path, root);

    /// <summary>The whole object.</summary>
    public JsonElement Root { get; }

    /// <summary>The value of <c>model_type</c>, or null.</summary>
    public string? ModelType => Root.TryGetProperty("model_type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    /// <summary>Whether the top level has the key.</summary>
    public bool Has(string key) => Root.TryGetProperty(key, out _);

    /// <summary>Reads a JSON file whose top level is an object.</summary>
    /// <exception cref="ModelNotSupportedException">It is not.</exception>
    public static ConfigJson Read(string path)
    {
        try
        {
            byte[] bytes = BoundedFile.TryRead(path, MaxLength)
                ?? throw new ModelNotSupportedException($"{path}: over {MaxLength >> 20} MiB is too much for a config.");
            return Parse(bytes, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelNotSupportedException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads the bytes of such a file.</summary>
    /// <exception cref="ModelNotSupportedException">They are not JSON, or hold a text that is no Unicode.</exception>
    public static ConfigJson Parse(byte[] bytes, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ModelNotSupportedException($"{path}: not a JSON object.");
            CheckTexts(document.RootElement);
            return new ConfigJson(path, document.RootElement.Clone());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ModelNotSupportedException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A config that stands inside another file.</summary>
    public static ConfigJson From(JsonElement root, string path) => new(path, root);

    /// <summary>The config as a record: keys in snake_case, unknown ones ignored, a missing required one named.</summary>
    /// <exception cref="ModelNotSupportedException">A key is missing or of another kind.</exception>
    public T As<T>() where T : class
    {
        try
        {
            return Root.Deserialize<T>(Options) ?? throw new JsonException("it is null");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelNotSupportedException($"{_path}: {error.Message}", error);
        }
    }

    /// <summary>The parser takes texts as they are; reading one that is no Unicode throws, here rather than somewhere later.</summary>
    private static void CheckTexts(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            element.GetString();
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
                CheckTexts(item);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                _ = property.Name;
                CheckTexts(property.Value);
            }
        }
    }
}
