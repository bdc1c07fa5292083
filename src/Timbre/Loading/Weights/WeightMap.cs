using System.Collections;
using System.Text.RegularExpressions;

namespace Timbre.Loading.Weights;

/// <summary>
/// An ordered table that brings a checkpoint's names and axes to those that a family's layers ask for. Every rule applies in turn
/// to what the rules before it made. Written as a collection: <c>new() { { @"^model\.", "" }, { @"\.fc1\.", ".mlp1." } }</c>.
/// </summary>
internal sealed class WeightMap : IEnumerable<WeightRule>
{
    private readonly List<WeightRule> _rules = [];

    /// <summary>Changes nothing.</summary>
    public static WeightMap None { get; } = [];

    /// <summary>Renames what matches; <c>$1</c> stands for a group of the pattern.</summary>
    public void Add(string pattern, string replacement) => Add(pattern, replacement, null);

    /// <summary>Renames what matches (<c>$0</c> keeps it) and permutes the axes of the tensor.</summary>
    public void Add(string pattern, string? replacement, int[]? axes) =>
        _rules.Add(new WeightRule(new Regex(pattern, RegexOptions.CultureInvariant), replacement, axes));

    /// <summary>Drops what matches: tensors that the family computes or never uses.</summary>
    public void Drop(string pattern) => Add(pattern, null, null);

    /// <summary>The new name and axes; a null name for a dropped tensor.</summary>
    public (string? Name, int[]? Axes) Apply(string name)
    {
        int[]? axes = null;
        foreach (WeightRule rule in _rules)
        {
            if (!rule.Pattern.IsMatch(name))
                continue;
            if (rule.Replacement is null)
                return (null, null);
            name = rule.Pattern.Replace(name, rule.Replacement);
            axes = rule.Axes ?? axes;
        }
        return (name, axes);
    }

    /// <inheritdoc/>
    public IEnumerator<WeightRule> GetEnumerator() => _rules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
