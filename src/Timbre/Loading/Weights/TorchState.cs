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

    /// <summary>What can only be the weights, whatever stands beside it.</summary>
    private static readonly string[] StateKeys = ["state_dict", "model_state_dict"];

    /// <summary>What is the weights where nothing else has tensors.</summary>
    private static readonly string[] WeightKeys = ["model", "module", "weights", "params"];

    /// <summary>What a training leaves beside its weights, by the beginning of the name.</summary>
    private static readonly string[] TrainingKeys =
        ["optimizer", "optim", "lr_scheduler", "scheduler", "scaler", "rng_state", "callbacks", "loops", "last_optimizer", "extra_state"];

    private readonly string _fileName;
    private readonly Dictionary<string, TorchTensor> _tensors = new(StringComparer.Ordinal);
    private readonly PickleWalk _walk;

    /// <summary>Looks through the object.</summary>
    /// <exception cref="WeightException">It has no tensors, or is nested or shared beyond all measure.</exception>
    public TorchState(string fileName, object? root)
    {
        (_fileName, _walk) = (fileName, new PickleWalk(fileName));
        if (root is TorchTensor lone)
        {
            _tensors.Add(LoneTensor, lone);
            return;
        }
        Collect(FindWeights(root), "", 0);
        if (_tensors.Count == 0)
            throw new WeightException($"{fileName}: holds no tensors. Name the file that has the weights.");
        if (root is not PickleDictionary all)
            return;
        var settings = new PickleDictionary();
        settings.Pairs.AddRange(all.Pairs.Where(pair => !HasTensors(pair.Value, 0)));
        Settings = TorchSettings.Read(settings, fileName);
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
        rest.Pairs.AddRange(dictionary.Pairs.Where(pair => pair.Value is TorchTensor || pair.Key is not string key
            || !Array.Exists(TrainingKeys, training => key.StartsWith(training, StringComparison.Ordinal))));
        var withTensors = rest.Pairs.Where(pair => HasTensors(pair.Value, 0)).Take(2).ToList();
        return withTensors is [(string only, PickleDictionary inner)] && WeightKeys.Contains(only) ? inner : rest;
    }

    private bool HasTensors(object? value, int depth)
    {
        _walk.Visit(depth);
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
        _walk.Visit(depth);
        switch (value)
        {
            case TorchTensor tensor:
                if (!_tensors.TryAdd(name, tensor))
                    throw new WeightException($"{_fileName}: '{name}' stands in it twice. Convert it with the program that wrote it.");
                break;
            case PickleDictionary dictionary:
                foreach ((string key, object? item) in _walk.Items(dictionary, depth))
                    Collect(item, _walk.Join(name, key), depth + 1);
                break;
            case IList<object?> items:
                for (int i = 0; i < items.Count; i++)
                    Collect(items[i], _walk.Join(name, $"{i}"), depth + 1);
                break;
        }
    }
}
