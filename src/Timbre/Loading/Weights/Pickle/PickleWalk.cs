namespace Timbre.Loading.Weights.Pickle;

/// <summary>
/// Bounds a walk over what a pickle made: a value that is shared can be reached in more ways than there is time, and circles have no end.
/// </summary>
/// <param name="fileName">Name for messages.</param>
internal sealed class PickleWalk(string fileName)
{
    private const int MaxDepth = 32;
    private const int MaxValues = 1 << 22;
    private const int MaxNameLength = 1 << 10;
    private const string Remedy = "Convert it to safetensors with the program that wrote it.";

    private int _values;

    /// <summary>Counts values that are walked over.</summary>
    /// <exception cref="WeightException">They are too many, or lie too deep.</exception>
    public void Visit(int depth, int values = 1)
    {
        _values += values;
        if (depth > MaxDepth || _values > MaxValues)
        {
            throw new WeightException($"{fileName}: nests or shares its values beyond what checkpoints do "
                + $"({MaxDepth} levels, {MaxValues} values). {Remedy}");
        }
    }

    /// <summary>The values under texts and whole numbers; of two with the same key the later one.</summary>
    /// <exception cref="WeightException">They are too many, or a key is too long for a name.</exception>
    public Dictionary<string, object?> Items(PickleDictionary dictionary, int depth)
    {
        Visit(depth, dictionary.Pairs.Count);
        var items = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in dictionary.Pairs)
        {
            if (key is string or long)
                items[Join("", key as string ?? $"{key}")] = value;
        }
        return items;
    }

    /// <summary>A name below another one, with a dot.</summary>
    /// <exception cref="WeightException">It gets too long.</exception>
    public string Join(string path, string name)
    {
        string joined = path.Length == 0 ? name : $"{path}.{name}";
        return joined.Length <= MaxNameLength ? joined
            : throw new WeightException($"{fileName}: '{joined[..64]}…' is a name of {joined.Length} characters. {Remedy}");
    }
}
