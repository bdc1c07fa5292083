using Timbre.Loading;

namespace Timbre.Conversion;

/// <summary>What a conversion made.</summary>
public sealed record ConversionSummary
{
    /// <summary>The folder.</summary>
    public required string Output { get; init; }

    /// <summary>The architecture's name, for example <c>whisper</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What the model is for.</summary>
    public required ModelDomain Domain { get; init; }

    /// <summary>The weight files of the result.</summary>
    public required IReadOnlyList<string> WeightFiles { get; init; }

    /// <summary>Bytes of the source's tensors.</summary>
    public required long SourceBytes { get; init; }

    /// <summary>Bytes of the result's tensors.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>Numbers that the model has, however they are stored.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bits that a parameter takes in the result, scales and biases included.</summary>
    public double BitsPerWeight => Parameters == 0 ? 0 : 8.0 * OutputBytes / Parameters;

    /// <summary>The layers with a matrix of weights, in the order of the model.</summary>
    public required IReadOnlyList<ConvertedLayer> Layers { get; init; }
}
