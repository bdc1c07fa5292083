namespace Timbre.Loading.Weights.Pickle;

/// <summary>
/// A dictionary as a pickle fills it: pairs in their order. Keys are not hashed, for a foreign file chooses them; of two that are equal the
/// later one counts, as in Python.
/// </summary>
internal sealed class PickleDictionary
{
    /// <summary>The pairs.</summary>
    public List<(object? Key, object? Value)> Pairs { get; } = [];

    /// <summary>The values whose keys are texts.</summary>
    public Dictionary<string, object?> ByText()
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in Pairs)
        {
            if (key is string text)
                values[text] = value;
        }
        return values;
    }
}
