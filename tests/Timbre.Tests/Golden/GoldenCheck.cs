using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>
/// Compares what a runner computed with what a case recorded, remembers the first difference in the order of comparison, and knows
/// what has not been compared: every <c>out.*</c> and <c>mid.*</c> tensor, every expectation and every recorded error has to be.
/// </summary>
internal sealed partial class GoldenCheck
{
    private readonly GoldenCase _case;
    private readonly State _state;

    public GoldenCheck(GoldenCase golden) : this(golden, new State())
    {
        foreach (GoldenTensor tensor in golden.Tensors.Where(tensor => Required().IsMatch(tensor.Name)))
            _state.Outstanding.Add(tensor.Name);
        foreach (GoldenCase part in golden.SubCases.Prepend(golden))
        {
            _state.Outstanding.UnionWith(part.Expect.EnumerateObject()
                .Where(expectation => !ReferenceOnlyKey().IsMatch(expectation.Name)).Select(expectation => $"{part.Prefix}expect.{expectation.Name}"));
            if (part.Prefix.Length > 0 && part.Args.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
                _state.Outstanding.Add(part.Prefix + "error");
        }
    }

    private GoldenCheck(GoldenCase golden, State state) => (_case, _state) = (golden, state);

    /// <summary>Why the case failed: the first difference, or what was not compared; null when it passed.</summary>
    public string? Failure =>
        _state.Difference ?? (_state.Outstanding.Count == 0 ? null : $"not compared: {string.Join(", ", _state.Outstanding)}");

    /// <summary>Runs every small case; an exception fails the one where it was thrown.</summary>
    public void ForEachSubCase(Action<GoldenCase, GoldenCheck> run)
    {
        foreach (GoldenCase part in _case.SubCases)
        {
            var check = new GoldenCheck(part, _state);
            using var scope = NewDisposeScope();
            try
            {
                run(part, check);
            }
            catch (Exception error)
            {
                check.Fail("", GoldenSuite.Thrown(error));
            }
        }
    }

    /// <summary>
    /// Compares a tensor with <c>name</c>, or with <c>name.everyN</c>, which holds each N-th slice along <paramref name="axis"/>.
    /// A name that the case does not have is nothing to compare.
    /// </summary>
    public void Compare(string name, Tensor actual, int axis = 0)
    {
        using var scope = NewDisposeScope();
        GoldenTensor? expected = Own(name);
        if (expected is null && Strided(name) is (GoldenTensor strided, int step))
        {
            expected = strided;
            actual = actual.index_select(axis, arange(0, actual.shape[axis], step, dtype: ScalarType.Int64));
        }
        if (expected is not null)
            Compare(expected, actual.numel() == 0 ? [] : actual.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray(), actual.shape);
    }

    /// <summary>Compares values; without a shape they are one axis.</summary>
    public void Compare(string name, ReadOnlySpan<float> actual, params long[] shape) => Compare(name, Widened(actual), shape);

    /// <inheritdoc cref="Compare(string, ReadOnlySpan{float}, long[])"/>
    public void Compare(string name, ReadOnlySpan<int> actual, params long[] shape) => Compare(name, Widened(actual), shape);

    /// <inheritdoc cref="Compare(string, ReadOnlySpan{float}, long[])"/>
    public void Compare(string name, double[] actual, params long[] shape)
    {
        if (Own(name) is { } expected)
            Compare(expected, actual, shape.Length == 0 ? [actual.Length] : shape);
    }

    /// <summary>
    /// Compares a value of <c>expect</c>: objects by the recorded keys (those of .NET in snake_case), lists item by item, integers, texts
    /// and flags exactly, other numbers within the tolerance.
    /// </summary>
    public void Expect(string key, object? actual)
    {
        _state.Outstanding.Remove($"{_case.Prefix}expect.{key}");
        if (_case.Expect.TryGetProperty(key, out JsonElement expected))
        {
            var tolerance = GoldenTolerance.Of(_case.Tolerance, key, []);
            if (GoldenJson.Difference(key, GoldenJson.Of(actual), expected, tolerance) is string difference)
                Fail("", difference);
        }
    }

    /// <summary>The recorded error of a small case: the call has to throw an exception of that kind.</summary>
    public void Throws<TException>(Action call) where TException : Exception
    {
        _state.Outstanding.Remove(_case.Prefix + "error");
        try
        {
            call();
            Fail("", $"no {typeof(TException).Name} was thrown");
        }
        catch (TException)
        {
            // As recorded.
        }
    }

    /// <summary>Something recorded that says what the reference does where that is wrong, with the reason: it is not compared.</summary>
    public void ReferenceOnly(string name, string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        if (!_state.Outstanding.Remove(_case.Prefix + name))
            Fail(name, "is said to be the reference's only, but is not recorded");
    }

    /// <summary>Records a difference of another kind.</summary>
    public void Fail(string name, string difference)
    {
        string place = name.Length == 0 ? _case.Prefix.TrimEnd('.') : _case.Prefix + name;
        _state.Difference ??= place.Length == 0 ? difference : $"{place}: {difference}";
    }

    private void Compare(GoldenTensor expected, double[] actual, long[] shape)
    {
        _state.Outstanding.Remove(expected.Name);
        string? difference = GoldenValues.Difference(expected, actual, shape, GoldenTolerance.Of(_case.Tolerance, Unprefixed(expected.Name), expected.Values));
        if (difference is not null)
            _state.Difference ??= $"{expected.Name} differs first: {difference}";
    }

    private GoldenTensor? Own(string name) => _case.Find(name) is { } tensor && tensor.Name == _case.Prefix + name ? tensor : null;

    private (GoldenTensor, int)? Strided(string name)
    {
        string start = $"{_case.Prefix}{name}.every";
        GoldenTensor? tensor = _case.Tensors.FirstOrDefault(tensor => tensor.Name.StartsWith(start, StringComparison.Ordinal));
        return tensor is not null && int.TryParse(tensor.Name[start.Length..], CultureInfo.InvariantCulture, out int step) ? (tensor, step) : null;
    }

    private string Unprefixed(string name) => name[_case.Prefix.Length..];

    private static double[] Widened(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = values[i];
        return wide;
    }

    private static double[] Widened(ReadOnlySpan<int> values)
    {
        var wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = values[i];
        return wide;
    }

    // A result or a stage, at the start or behind a small case's name; ref.* and *.out.ref are the reference's own.
    [GeneratedRegex(@"^(?!(ref|rng|in)\.)(.*\.)?(out|mid)\.(?!ref(\.|$|_|erence))")]
    private static partial Regex Required();

    [GeneratedRegex("^ref(erence)?(_|$)")]
    private static partial Regex ReferenceOnlyKey();

    private sealed class State
    {
        public string? Difference { get; set; }
        public SortedSet<string> Outstanding { get; } = new(StringComparer.Ordinal);
    }
}
