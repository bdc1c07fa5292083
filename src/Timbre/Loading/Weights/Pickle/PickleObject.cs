namespace Timbre.Loading.Weights.Pickle;

/// <summary>An object that is kept as what the pickle says of it, without a class behind it.</summary>
/// <param name="Class">What it would be in Python.</param>
/// <param name="Arguments">What it would be made with.</param>
internal sealed record PickleObject(PickleClass Class, object?[] Arguments)
{
    /// <summary>What it would be told after that: as a rule a dictionary of its fields.</summary>
    public object? State { get; set; }

    /// <summary>Its pairs, where it is a kind of dictionary.</summary>
    public PickleDictionary Items { get; } = new();

    /// <summary>Its elements, where it is a kind of list.</summary>
    public List<object?> Elements { get; } = [];
}
