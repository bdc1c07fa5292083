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
            if (new FileInfo(path).Length > MaxLength)
                throw new ModelNotSupportedException($"{path}: over {MaxLength >> 20} MiB is too much for a config.");
            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ModelNotSupportedException($"{path}: not a JSON object.");
            return new ConfigJson(path, document.RootElement.Clone());
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelNotSupportedException($"{path}: cannot be read: {error.Message}", error);
        }
    }

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
}
