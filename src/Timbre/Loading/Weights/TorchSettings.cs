using System.Globalization;
using System.Text.Json;
using Timbre.Loading.Weights.Pickle;

namespace Timbre.Loading.Weights;

/// <summary>The plain values that stand beside the weights in a PyTorch file, as JSON: the network's sizes, the training's parameters.</summary>
internal sealed class TorchSettings
{
    private const int MaxTextLength = 1 << 16;

    private readonly PickleWalk _walk;
    private readonly Utf8JsonWriter _json;

    private TorchSettings(PickleWalk walk, Utf8JsonWriter json) => (_walk, _json) = (walk, json);

    /// <summary>The values as a JSON object; null when there are none, or they make no tree: the weights are whole all the same.</summary>
    public static JsonElement? Read(PickleDictionary settings, string fileName)
    {
        using var buffer = new MemoryStream();
        try
        {
            using var json = new Utf8JsonWriter(buffer);
            new TorchSettings(new PickleWalk(fileName), json).Write(settings, 0);
        }
        catch (WeightException)
        {
            return null;
        }
        using JsonDocument document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.EnumerateObject().Any() ? document.RootElement.Clone() : null;
    }

    private void Write(object? value, int depth)
    {
        _walk.Visit(depth);
        switch (value)
        {
            case bool flag:
                _json.WriteBooleanValue(flag);
                break;
            case long number:
                _json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case double number:
                _json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case string text:
                _walk.Visit(depth, text.Length);
                _json.WriteStringValue(text);
                break;
            case PickleDictionary dictionary:
                WriteItems(dictionary, depth);
                break;
            case IList<object?> elements:
                _json.WriteStartArray();
                foreach (object? element in elements)
                    Write(Plain(element), depth + 1);
                _json.WriteEndArray();
                break;
            default:
                _json.WriteNullValue();
                break;
        }
    }

    private void WriteItems(PickleDictionary dictionary, int depth)
    {
        _json.WriteStartObject();
        foreach ((string key, object? value) in _walk.Items(dictionary, depth))
        {
            object? plain = Plain(value);
            if (plain is null && value is not null)
                continue;
            _json.WritePropertyName(key);
            Write(plain, depth + 1);
        }
        _json.WriteEndObject();
    }

    /// <summary>The value, or what an object that is kept unread is about; null for what no config holds, long texts among it.</summary>
    private static object? Plain(object? value) => value switch
    {
        bool or long or double or string { Length: <= MaxTextLength } or PickleDictionary or IList<object?> => value,
        PickleObject { Items.Pairs: [_, ..] } dictionary => dictionary.Items,
        PickleObject { State: PickleDictionary fields } => Content(fields),
        _ => null,
    };

    /// <summary>An object's fields; of those of omegaconf, which point back to where they stand, the value.</summary>
    private static object? Content(PickleDictionary fields)
    {
        foreach ((object? key, object? value) in fields.Pairs)
        {
            if (key is "_content" or "_val")
                return value is PickleObject ? null : value;
        }
        return fields;
    }
}
