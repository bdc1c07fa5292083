using System.Globalization;

namespace Timbre.Conversion;

/// <summary>
/// Puts tensors into the order of the model's modules, level by level: numbers by size, names by their place in a table, the others behind
/// them as the source has them.
/// </summary>
internal static class ModuleOrder
{
    // The order of a packed layer's own tensors.
    private static readonly string[] Parameters = ["weight", "scales", "biases", "bias"];

    /// <summary>Sorts things by the paths that they have.</summary>
    public static IReadOnlyList<T> Sort<T>(IReadOnlyList<T> items, Func<T, string> path, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return items;
        Dictionary<string, int> ranks = names.Concat(Parameters).Select((name, index) => (name, index))
            .ToDictionary(pair => pair.name, pair => pair.index);
        var seen = new Dictionary<string, int>();
        return [.. items.Select(item => (Item: item, Key: KeyOf(path(item)))).OrderBy(pair => pair.Key, Comparer<int[]>.Create(Compare))
            .Select(pair => pair.Item)];

        int[] KeyOf(string name) => [.. name.Split('.').Select(RankOf)];

        int RankOf(string segment)
        {
            if (int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return number;
            if (ranks.TryGetValue(segment, out int rank))
                return rank;
            if (!seen.TryGetValue(segment, out rank))
                seen[segment] = rank = ranks.Count + seen.Count;
            return rank;
        }
    }

    private static int Compare(int[]? left, int[]? right)
    {
        for (int level = 0; level < Math.Min(left!.Length, right!.Length); level++)
        {
            if (left[level] != right[level])
                return left[level].CompareTo(right[level]);
        }
        return left.Length.CompareTo(right.Length);
    }
}
