using Timbre.Loading;
using Timbre.Loading.Weights;

namespace Timbre.Conversion;

/// <summary>What to convert, and to what.</summary>
public sealed record ConversionOptions
{
    /// <summary>The recipes that are known.</summary>
    public static IReadOnlyCollection<string> Recipes => QuantizationRecipe.Names;

    /// <summary>The packed formats that are known.</summary>
    public static IReadOnlyCollection<string> Modes => QuantizationFormat.Modes;

    /// <summary>The model's folder, or the file that holds all of it.</summary>
    public required string Source { get; init; }

    /// <summary>The folder to make.</summary>
    public required string Output { get; init; }

    /// <summary>Packs linear and embedding layers.</summary>
    public bool Quantize { get; init; }

    /// <summary><c>affine</c>, <c>mxfp4</c>, <c>mxfp8</c> or <c>nvfp4</c>.</summary>
    public string Mode { get; init; } = "affine";

    /// <summary>Bits of a packed value: for affine 2, 3, 4, 5, 6 or 8; null takes the mode's.</summary>
    public int? Bits { get; init; }

    /// <summary>Neighbouring values that share a scale: for affine 32, 64 or 128; null takes the mode's.</summary>
    public int? GroupSize { get; init; }

    /// <summary>
    /// A mixed recipe such as <c>mixed_4_6</c>, with more bits for the layers that need them; only with <see cref="Quantize"/>.
    /// </summary>
    public string? Recipe { get; init; }

    /// <summary>Unpacks a quantized source.</summary>
    public bool Dequantize { get; init; }

    /// <summary>The type of what stays float; automatic keeps the source's (a family may have its own, Whisper's is float16).</summary>
    public Precision DataType { get; init; }

    /// <summary>Names and axes of the result.</summary>
    public ConversionLayout Layout { get; init; }

    /// <summary>What the model is for, where its config leaves that open.</summary>
    public ModelDomain? Domain { get; init; }

    /// <summary>Replaces an output folder that is already there.</summary>
    public bool Force { get; init; }

    /// <summary>Bytes of tensors that one file may hold.</summary>
    public long ShardLimit { get; init; } = ShardPlan.DefaultLimit;
}
