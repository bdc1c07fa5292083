using System.Globalization;
using System.Text.Json;
using Timbre.Loading.Weights.Pickle;

namespace Timbre.Loading.Weights;

/// <summary>
/// Finds the weights in the object that was saved. That may be a state dictionary, a dictionary of them (one for each part of the network),
/// or a training's checkpoint, where the weights stand beside the settings and the optimizer.
/// </summary>
internal sealed class TorchState
{
    /// <summary>The name of a tensor that was saved by itself.</summary>
    public const string LoneTensor = "tensor";

    private const int MaxDepth = 32;
    private const int MaxNodes = 1 << 22;
    private const int MaxNameLength = 1 << 10;
    private const int MaxTextLength = 1 << 16;
    private const string Remedy = "Convert it to safetensors with the program that wrote it.";

    /// <summary>What can only be the weights, whatever stands beside it.</summary>
    private static readonly string[] StateKeys = ["state_dict", "model_state_dict"];

    /// <summary>What is the weights where nothing else has tensors.</summary>
    private static readonly string[] WeightKeys = ["model", "module", "weights", "params"];

    /// <summary>What a training leaves beside its weights, by the beginning of the name.</summary>
    private static readonly string[] TrainingKeys =
        ["optimizer", "optim", "lr_scheduler", "scheduler", "scaler", "rng_state", "callbacks", "loops", "last_optimizer", "extra_state"];

    private readonly string _fileName;
    private readonly Dictionary<string, TorchTensor> _tensors = new(StringComparer.Ordinal);
    private int _nodes;

    /// <summary>Looks through the object.</summary>
    /// <exception cref="WeightException">It has no tensors, or is nested or shared beyond all measure.</exception>
    public TorchState(string fileName, object? root)
    {
        _fileName = fileName;
        if (root is TorchTensor lone)
        {
            _tensors.Add(LoneTensor, lone);
            return;
        }
        Collect(FindWeights(root), "", 0);
        if (_tensors.Count == 0)
            throw new WeightException($"{fileName}: holds no tensors. Name the file that has the weights.");
        Settings = root is PickleDictionary all ? ReadSettings(all) : null;
    }

    /// <summary>The tensors by name; a part's name stands before those of its tensors, with a dot.</summary>
    public IReadOnlyDictionary<string, TorchTensor> Tensors => _tensors;

    /// <summary>The plain values beside the weights; null when there are none.</summary>
    public JsonElement? Settings { get; }

    private object? FindWeights(object? root)
    {
        if (root is not PickleDictionary dictionary)
            return root;
        Dictionary<string, object?> parts = dictionary.ByText();
        foreach (string key in StateKeys)
        {
            if (parts.TryGetValue(key, out object? state) && HasTensors(state, 0))
                return state;
        }
        var rest = new PickleDictionary();
        rest.Pairs.AddRange(dictionary.Pairs.Where(pair => pair.Key is not string key
            || !Array.Exists(TrainingKeys, training => key.StartsWith(training, StringComparison.Ordinal))));
        var withTensors = rest.Pairs.Where(pair => HasTensors(pair.Value, 0)).Take(2).ToList();
        return withTensors is [(string only, PickleDictionary inner)] && WeightKeys.Contains(only) ? inner : rest;
    }

    private bool HasTensors(object? value, int depth)
    {
        Count(depth);
        return value switch
        {
            TorchTensor => true,
            PickleDictionary dictionary => dictionary.Pairs.Exists(pair => HasTensors(pair.Value, depth + 1)),
            IList<object?> items => items.Any(item => HasTensors(item, depth + 1)),
            _ => false,
        };
    }

    private void Collect(object? value, string name, int depth)
    {
        Count(depth);
        switch (value)
        {
            case TorchTensor tensor:
                if (!_tensors.TryAdd(name, tensor))
                    throw new WeightException($"{_fileName}: '{name}' stands in it twice. {Remedy}");
                break;
            case PickleDictionary dictionary:
                foreach ((string key, object? item) in Latest(dictionary))
                    Collect(item, Join(name, key), depth + 1);
                break;
            case IList<object?> items:
                for (int i = 0; i < items.Count; i++)
                    Collect(items[i], Join(name, $"{i}"), depth + 1);
                break;
        }
    }

    private JsonElement? ReadSettings(PickleDictionary all)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var settings = new PickleDictionary();
            settings.Pairs.AddRange(all.Pairs.Where(pair => !HasTensors(pair.Value, 0)));
            WriteDictionary(json, settings, 0);
        }
        using JsonDocument document = JsonDocument.Parse(buffer.ToArray(), new JsonDocumentOptions { MaxDepth = 2 * MaxDepth });
        return document.RootElement.EnumerateObject().Any() ? document.RootElement.Clone() : null;
    }

    private void WriteDictionary(Utf8JsonWriter json, PickleDictionary dictionary, int depth)
    {
        json.WriteStartObject();
        foreach ((string key, object? value) in Latest(dictionary))
        {
            if (!IsSetting(value))
                continue;
            json.WritePropertyName(key);
            WriteValue(json, value, depth + 1);
        }
        json.WriteEndObject();
    }

    private void WriteValue(Utf8JsonWriter json, object? value, int depth)
    {
        Count(depth);
        switch (value)
        {
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case string text:
                Count(depth, text.Length);
                json.WriteStringValue(text);
                break;
            case PickleDictionary dictionary:
                WriteDictionary(json, dictionary, depth);
                break;
            case PickleObject { State: PickleDictionary fields, Items.Pairs: [] }:
                WriteDictionary(json, fields, depth);
                break;
            case PickleObject kept:
                WriteDictionary(json, kept.Items, depth);
                break;
            case IList<object?> items:
                json.WriteStartArray();
                foreach (object? item in items)
                    WriteValue(json, IsSetting(item) ? item : null, depth + 1);
                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>What a config may hold; longer texts are data.</summary>
    private static bool IsSetting(object? value) =>
        value is null or bool or long or double or string { Length: <= MaxTextLength } or PickleDictionary or IList<object?>
            or PickleObject { State: PickleDictionary } or PickleObject { Items.Pairs: [_, ..] };

    /// <summary>The values under texts and whole numbers; of two with the same key the later one.</summary>
    private Dictionary<string, object?> Latest(PickleDictionary dictionary)
    {
        Count(0, dictionary.Pairs.Count);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in dictionary.Pairs)
        {
            if (key is string { Length: <= MaxNameLength } or long)
                values[key as string ?? $"{key}"] = value;
        }
        return values;
    }

    private string Join(string path, string name)
    {
        string joined = path.Length == 0 ? name : $"{path}.{name}";
        return joined.Length <= MaxNameLength ? joined
            : throw new WeightException($"{_fileName}: '{joined[..64]}…' is a name of {joined.Length} characters. {Remedy}");
    }

    /// <summary>Counts what is walked over: what is shared can be reached in more ways than there is time, and circles have no end.</summary>
    private void Count(int depth, int values = 1)
    {
        _nodes += values;
        if (depth > MaxDepth || _nodes > MaxNodes)
        {
            throw new WeightException($"{_fileName}: nests or shares its values beyond what checkpoints do "
                + $"({MaxDepth} levels, {MaxNodes} values). {Remedy}");
        }
    }
}
