using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Conversion;

/// <summary>One tensor, or one packed layer, on its way from the source to the result.</summary>
internal sealed record ConversionStep
{
    /// <summary>The name of the tensor in the result; of a packed layer that of its <c>weight</c>.</summary>
    public required string Name { get; init; }

    public required LayerAction Action { get; init; }

    /// <summary>The source's tensor; null for one that is computed.</summary>
    public StoredTensor? Weight { get; init; }

    /// <summary>The source's scales and biases, where it is packed there.</summary>
    public StoredTensor? Scales { get; init; }

    /// <inheritdoc cref="Scales"/>
    public StoredTensor? Biases { get; init; }

    /// <summary>Makes a tensor that the source does not have.</summary>
    public ComputedTensor? Computed { get; init; }

    /// <summary>The permutation of axes on the way out, or null.</summary>
    public int[]? Axes { get; init; }

    /// <summary>How the source is packed.</summary>
    public QuantizationFormat? From { get; init; }

    /// <summary>How the result is packed.</summary>
    public QuantizationFormat? To { get; init; }

    /// <summary>A type that floats pass through first, which rounds them.</summary>
    public ScalarType? Via { get; init; }

    /// <summary>The type of the floats that come out; null leaves a tensor that is none.</summary>
    public ScalarType? Type { get; init; }

    /// <summary>The tensors of the result.</summary>
    public required IReadOnlyList<PlannedTensor> Outputs { get; init; }

    /// <summary>Weights of a matrix that came out as floats although packing was asked for: why.</summary>
    public string? Reason { get; init; }

    /// <summary>The layer's path: the name without <c>.weight</c>.</summary>
    public string Path => PathOf(Name);

    /// <summary>Numbers that it stands for.</summary>
    public long Parameters { get; init; }

    /// <summary>A weight's name without <c>.weight</c>.</summary>
    public static string PathOf(string name) => name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
}
