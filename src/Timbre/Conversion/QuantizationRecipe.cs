using System.Globalization;
using System.Text.RegularExpressions;
using Timbre.Loading.Weights;

namespace Timbre.Conversion;

/// <summary>
/// The mixed recipes of mlx-lm: value and down projections of the first, the last and every third layer between, and the head, get more
/// bits than the rest, for errors there cost most.
/// </summary>
internal sealed partial class QuantizationRecipe
{
    private static readonly Dictionary<string, (int Low, int High)> Recipes = new()
    {
        ["mixed_2_6"] = (2, 6),
        ["mixed_3_4"] = (3, 4),
        ["mixed_3_6"] = (3, 6),
        ["mixed_4_6"] = (4, 6),
    };

    private static readonly string[] SensitiveProjections = ["v_proj", "v_a_proj", "v_b_proj", "down_proj"];

    private readonly QuantizationFormat _low, _high;
    private readonly int _layers, _place;

    private QuantizationRecipe(QuantizationFormat low, QuantizationFormat high, int layers, int place) =>
        (_low, _high, _layers, _place) = (low, high, layers, place);

    /// <summary>The names that are known.</summary>
    public static IReadOnlyCollection<string> Names => Recipes.Keys;

    /// <summary>A recipe for a model.</summary>
    /// <param name="name">For example <c>mixed_4_6</c>.</param>
    /// <param name="format">Mode and group size; the recipe gives the bits.</param>
    /// <param name="paths">The paths of the model's layers.</param>
    /// <exception cref="ArgumentException">There is no such recipe, its mode is not affine, or the model has no layers that it could tell
    /// apart.</exception>
    public static QuantizationRecipe Create(string name, QuantizationFormat format, IEnumerable<string> paths)
    {
        CheckName(name, format);
        // The number of a layer stands where the first down projection has its own.
        string[] all = [.. paths];
        string first = all.FirstOrDefault(path => Segments(path).Contains("down_proj")) ?? throw new ArgumentException(
            $"recipe '{name}' gives more bits to some 'down_proj' layers, and this model has none. Quantize it without a recipe.");
        int place = Array.FindIndex(Segments(first), IsNumber);
        if (place < 0)
            throw new ArgumentException(
                $"recipe '{name}' goes by the numbers of layers, and '{first}' has none. Quantize it without a recipe.");
        string[] stem = Segments(first)[..place];
        int layers = 1 + all.Select(Segments).Where(path => path.Length > place && path[..place].SequenceEqual(stem))
            .Max(path => NumberAt(path, place));
        (int low, int high) = Recipes[name];
        return new QuantizationRecipe(format with { Bits = low }, format with { Bits = high }, layers, place);
    }

    /// <summary>Checks what can be checked without a model.</summary>
    /// <exception cref="ArgumentException">There is no such recipe, or its mode is not affine.</exception>
    public static void CheckName(string name, QuantizationFormat format)
    {
        if (!Recipes.ContainsKey(name))
            throw new ArgumentException($"recipe '{name}' is unknown; known are {string.Join(", ", Recipes.Keys)}.");
        if (format.Mode != QuantizationMode.Affine)
            throw new ArgumentException(
                $"recipe '{name}' mixes affine formats; the mode {format.ModeName} has one width only.");
    }

    /// <summary>The format of the layer.</summary>
    public QuantizationFormat For(string path)
    {
        string[] segments = Segments(path);
        if (segments.Contains("lm_head"))
            return _high;
        int index = segments.Length > _place ? NumberAt(segments, _place) : 0;
        return IsSensitive(index) && segments.Intersect(SensitiveProjections).Any() ? _high : _low;
    }

    private bool IsSensitive(int index)
    {
        long eighth = _layers / 8;
        return index < eighth || index >= 7L * _layers / 8 || (index - eighth) % 3 == 2;
    }

    private static string[] Segments(string path) => path.Split('.');

    private static bool IsNumber(string segment) => Digits().IsMatch(segment);

    private static int NumberAt(string[] path, int place) =>
        int.TryParse(path[place], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    [GeneratedRegex(@"^\d{1,9}$")]
    private static partial Regex Digits();
}
