using System.Text.Json;
using Timbre.Loading;
using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Conversion;

/// <summary>The options of a conversion, checked and resolved: the formats, and the types of what comes out.</summary>
internal sealed class ConversionSettings
{
    /// <summary>The keys under which configs name the type of the weights, the older one first.</summary>
    public static readonly string[] TypeKeys = ["torch_dtype", "dtype"];

    private readonly ScalarType? _asked, _configured, _stored;

    private ConversionSettings(ConversionOptions options, QuantizationFormat? format, ScalarType? configured, ScalarType? stored)
    {
        (Options, Format, _configured, _stored) = (options, format, configured, stored);
        _asked = Devices.TypeOf(options.DataType);
    }

    public ConversionOptions Options { get; }

    /// <summary>The format to pack in; null when nothing is to be packed.</summary>
    public QuantizationFormat? Format { get; }

    /// <summary>What can be checked before the source is opened.</summary>
    /// <exception cref="ArgumentException">Options exclude each other, or name a format that does not exist.</exception>
    public static QuantizationFormat? Check(ConversionOptions options)
    {
        if (options.Quantize && options.Dequantize)
            throw new ArgumentException("a model can be quantized or dequantized, not both at once.");
        if (!options.Quantize && (options.Recipe is not null || options.Bits is not null || options.GroupSize is not null
            || options.Mode != "affine"))
            throw new ArgumentException(
                "a recipe, a mode, bits and a group size say how to quantize, which was not asked for: add --quantize.");
        if (options.ShardLimit <= 0)
            throw new ArgumentException($"a limit of {options.ShardLimit} bytes leaves no room for any tensor.");
        if (options.Quantize && options.Layout == ConversionLayout.Torch)
            throw new ArgumentException(
                "transformers cannot read MLX's packed layers: quantize with --layout mlx, or leave --quantize out.");
        if (!options.Quantize)
            return null;
        QuantizationFormat format = QuantizationFormat.Create(options.Mode, options.Bits, options.GroupSize);
        if (options.Recipe is { } recipe)
            QuantizationRecipe.CheckName(recipe, format);
        return format;
    }

    /// <summary>The options with what the source says of itself.</summary>
    public static ConversionSettings Create(ConversionOptions options, ConversionSource source)
    {
        // Where the architecture has a type of its own, the newer key of transformers only tells what the original was.
        ScalarType? stored = options.Layout == ConversionLayout.Mlx ? source.Rules.StoredType : null;
        ScalarType? configured = TypeOf(source.Files.Config.Root, TypeKeys[0])
            ?? (stored is null ? TypeOf(source.Files.Config.Root, TypeKeys[1]) : null);
        return new ConversionSettings(options, Check(options), configured, stored);
    }

    /// <summary>The type through which floats pass before they are packed: as the reference loads them.</summary>
    public ScalarType? Via => Format is null ? null : _stored;

    /// <summary>The type in which a float tensor comes out.</summary>
    public ScalarType FloatType(ScalarType source) =>
        _asked ?? (Format is null ? null : _configured) ?? (Options.Dequantize ? null : _stored) ?? source;

    /// <summary>The type of a weight that is packed: <see cref="FloatType"/>, of those that can be.</summary>
    public ScalarType PackedType(ScalarType source) => FloatType(source) is var type && type == ScalarType.Float64 ? ScalarType.Float32
        : type;

    /// <summary>The type in which packed words become floats.</summary>
    /// <param name="scales">That of their scales; the codes of the float modes say nothing.</param>
    public ScalarType UnpackedType(TensorType scales) => _asked
        ?? (scales.IsFloat ? scales.ScalarType : _configured ?? _stored ?? ScalarType.BFloat16);

    /// <summary>The type of a packed layer's scales and biases that stay packed as they are.</summary>
    public ScalarType KeptType(TensorType scales) => scales.IsFloat ? _asked ?? (Format is null ? _stored : null) ?? scales.ScalarType
        : scales.ScalarType;

    private static ScalarType? TypeOf(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() switch
        {
            "float32" => ScalarType.Float32,
            "float16" => ScalarType.Float16,
            "bfloat16" => ScalarType.BFloat16,
            _ => null,
        } : null;
}
