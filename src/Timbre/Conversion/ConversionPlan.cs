using System.Text.Json.Nodes;
using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Conversion;

/// <summary>
/// All that a conversion will do, tensor by tensor, from the headers alone: nothing has been read yet, and the sizes of the result are
/// known.
/// </summary>
internal sealed class ConversionPlan
{
    /// <summary>Rows shorter than this are never packed, whatever the group size: so does the reference.</summary>
    private const int BaseWidth = 64;

    /// <summary>Smaller matrices are not worth a line of a report.</summary>
    private const int ReportedParameters = 4096;

    private readonly ConversionSource _source;
    private readonly ConversionSettings _settings;
    private readonly WeightMap _export;
    private readonly JsonObject? _sourceBlock;
    private readonly QuantizationRecipe? _recipe;

    private ConversionPlan(ConversionSource source, ConversionSettings settings)
    {
        (_source, _settings) = (source, settings);
        bool packed = settings.Format is not null || source.Quantization is not null && !settings.Options.Dequantize;
        _export = source.Rules.Find(settings.Options.Layout, packed)?.Export ?? WeightMap.None;
        _sourceBlock = ConvertedConfig.SourceBlock(source.Files.Config.Root);
        if (settings is { Format: { } format, Options.Recipe: { } recipe })
            _recipe = QuantizationRecipe.Create(recipe, format,
                source.Names.Where(IsExported).Select(name => ConversionStep.PathOf(Exported(name).Name)));
        List<ConversionStep> steps = [.. source.Names.Where(name => !IsPartOfPacked(name) && IsExported(name)).Select(Plan)];
        steps.AddRange(source.Rules.ComputedTensors(settings.Options.Layout, Config(null)).Select(Plan));
        Steps = ModuleOrder.Sort(steps, step => step.Name, source.Rules.ModuleOrder);
        CheckLayout();
    }

    /// <summary>The steps in the order of the model's modules.</summary>
    public IReadOnlyList<ConversionStep> Steps { get; }

    /// <summary>Plans a conversion.</summary>
    /// <exception cref="ArgumentException">What was asked for does not fit the model.</exception>
    public static ConversionPlan Create(ConversionSource source, ConversionOptions options) =>
        new(source, ConversionSettings.Create(options, source));

    /// <summary>The result's config.</summary>
    public JsonObject CreateConfig()
    {
        JsonObject config = Config(Block());
        if (_settings.Options.Layout != ConversionLayout.Torch)
            return config;
        config = _source.Rules.TorchConfig(config);
        // Transformers loads in the type that the config says; MLX in that of the weights.
        foreach (string key in ConversionSettings.TypeKeys.Where(config.ContainsKey))
            config[key] = _settings.FloatType(_source.FloatType).ToString().ToLowerInvariant();
        return config;
    }

    /// <summary>What became of the layers with a matrix.</summary>
    public IEnumerable<ConvertedLayer> Layers() =>
        from step in Steps
        where step.To is not null || step.From is not null || step.Parameters >= ReportedParameters && step.Outputs[0].Shape.Length >= 2
        select new ConvertedLayer(step.Path, step.Parameters, step.To is { } format ? Describe(format) : null, step.Reason);

    private static string Describe(QuantizationFormat format) =>
        $"{format.ModeName} {format.Bits} bits, groups of {format.GroupSize}";

    private JsonObject Config(JsonObject? block) => ConvertedConfig.Create(_source.Files.Config.Root, _source.Architecture.Name, block);

    private JsonObject? Block()
    {
        if (_settings.Format is not { } format)
            return _settings.Options.Dequantize ? null : _sourceBlock;
        JsonObject block = ConvertedConfig.Block(format);
        foreach (ConversionStep step in Steps)
        {
            if (step.To is { } own && (_recipe is not null || own != format))
                block[step.Path] = ConvertedConfig.Block(own);
            else if (step.To is null && IsExcluded(step))
                block[step.Path] = false;
        }
        return block;
    }

    private bool IsPartOfPacked(string name) =>
        (name.EndsWith(".scales", StringComparison.Ordinal) || name.EndsWith(".biases", StringComparison.Ordinal))
        && IsPacked(name[..name.LastIndexOf('.')]);

    private bool IsPacked(string path) =>
        _source.Find(path + ".weight") is { Entry.Type.Name: "U32" } && _source.Find(path + ".scales") is not null;

    private bool IsExported(string name) => _export.Apply(name).Name is not null;

    private (string Name, int[]? Axes) Exported(string name) => _export.Apply(name)!;

    private ConversionStep Plan(ComputedTensor computed)
    {
        ScalarType type = _settings.FloatType(_source.FloatType);
        return new ConversionStep
        {
            Name = computed.Name,
            Action = LayerAction.Cast,
            Computed = computed,
            Type = type,
            Outputs = [new PlannedTensor(computed.Name, TensorType.Of(type), computed.Shape)],
            Parameters = computed.Shape.Aggregate((product, size) => product * size),
        };
    }

    private ConversionStep Plan(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) && IsPacked(ConversionStep.PathOf(name)) ? PlanPacked(name) : PlanFloat(name);

    private ConversionStep PlanFloat(string name)
    {
        StoredTensor weight = _source.Find(name)!;
        (string output, int[]? axes) = Exported(name);
        long[] shape = axes is null ? weight.Shape : [.. axes.Select(axis => weight.Shape[axis])];
        TensorType sourceType = weight.Entry.Type;
        var step = new ConversionStep
        {
            Name = output,
            Action = LayerAction.Cast,
            Weight = weight,
            Axes = axes,
            Outputs = [new PlannedTensor(output, sourceType, shape)],
            Parameters = shape.Aggregate(1L, (product, size) => product * size),
        };
        if (!sourceType.IsFloat)
            return step;
        ScalarType type = _settings.FloatType(sourceType.ScalarType);
        step = step with { Type = type, Via = _settings.Via, Outputs = [new PlannedTensor(output, TensorType.Of(type), shape)] };
        if (Wanted(step.Path) is not { } format)
            return step;
        if (Obstacle(output, shape, format, weight) is { } reason)
            return step with { Reason = reason };
        type = _settings.PackedType(sourceType.ScalarType);
        return step with { Action = LayerAction.Pack, To = format, Type = type, Outputs = PackedOutputs(step.Path, shape, format, type) };
    }

    private ConversionStep PlanPacked(string name)
    {
        string path = ConversionStep.PathOf(name);
        StoredTensor weight = _source.Find(name)!, scales = _source.Find(path + ".scales")!;
        QuantizationFormat from = _source.FormatOf(path);
        long[] shape = _source.UnpackedShape(path, from);
        (string output, _) = Exported(name);
        ScalarType type = _settings.UnpackedType(scales.Entry.Type);
        var step = new ConversionStep
        {
            Name = output,
            Action = LayerAction.Unpack,
            Weight = weight,
            Scales = scales,
            Biases = from.Mode == QuantizationMode.Affine ? _source.Find(path + ".biases") : null,
            From = from,
            Type = type,
            Outputs = [new PlannedTensor(output, TensorType.Of(type), shape)],
            Parameters = shape.Aggregate(1L, (product, size) => product * size),
        };
        if (_settings.Options.Dequantize)
            return step;
        QuantizationFormat to = Wanted(step.Path) ?? from;
        bool keepsOwn = _recipe is null && HasOwnSetting(weight);
        if (to == from || keepsOwn)
        {
            ScalarType kept = _settings.KeptType(scales.Entry.Type);
            string? why = to == from ? null : "the source's config gives it a setting of its own";
            return step with { Action = LayerAction.Keep, To = from, Type = kept, Outputs = PackedOutputs(step.Path, shape, from, kept),
                Reason = why };
        }
        if (Obstacle(output, shape, to, weight) is { } reason)
            return step with { Reason = reason };
        return step with { Action = LayerAction.Repack, To = to, Outputs = PackedOutputs(step.Path, shape, to, type) };
    }

    private QuantizationFormat? Wanted(string path) => _recipe?.For(path) ?? _settings.Format;

    /// <summary>Why a tensor cannot be packed, or null.</summary>
    private string? Obstacle(string name, long[] shape, QuantizationFormat format, StoredTensor stored)
    {
        string path = ConversionStep.PathOf(name);
        if (shape.Length > 2 && !IsExperts(path))
            return "the kernel of a convolution";
        if (shape.Length < 2 || path == name)
            return "no linear or embedding layer";
        if (shape[^1] % BaseWidth != 0 || shape[^1] == 0)
            return $"its width of {shape[^1]} is not a multiple of {BaseWidth}";
        if (shape[^1] % format.GroupSize != 0)
            return $"its width of {shape[^1]} is not a multiple of the group size {format.GroupSize}";
        if (!_source.Rules.IsQuantizable(path))
            return $"{_source.Architecture.Title} needs it as floats";
        return IsExcluded(stored) ? "the source's config keeps it as floats" : null;
    }

    // MLX stacks the matrices of all experts in one tensor.
    private static bool IsExperts(string path) => path.Contains(".switch_mlp.", StringComparison.Ordinal);

    private bool HasOwnSetting(StoredTensor weight) => _sourceBlock?[ConversionStep.PathOf(weight.Entry.Name)] is JsonObject;

    private bool IsExcluded(ConversionStep step) => step.Weight is { } weight && IsExcluded(weight);

    private bool IsExcluded(StoredTensor weight) =>
        _sourceBlock?[ConversionStep.PathOf(weight.Entry.Name)] is JsonValue value &&
            value.GetValueKind() == System.Text.Json.JsonValueKind.False;

    private static PlannedTensor[] PackedOutputs(string path, long[] shape, QuantizationFormat format, ScalarType type)
    {
        bool affine = format.Mode == QuantizationMode.Affine;
        long[] groups = [.. shape[..^1], shape[^1] / format.GroupSize];
        TensorType scales = affine ? TensorType.Of(type) : TensorType.Of(ScalarType.Byte);
        var words = new PlannedTensor($"{path}.weight", TensorType.Find("U32")!, [.. shape[..^1], shape[^1] * format.Bits / 32]);
        return affine
            ? [words, new($"{path}.scales", scales, groups), new($"{path}.biases", scales, groups)]
            : [words, new($"{path}.scales", scales, groups)];
    }

    /// <summary>Refuses a layout that the result cannot have.</summary>
    private void CheckLayout()
    {
        bool torch = _settings.Options.Layout == ConversionLayout.Torch;
        if (torch && Steps.FirstOrDefault(step => step.To is not null) is { } packed)
            throw new ArgumentException(
                $"'{packed.Path}' is quantized, and transformers cannot read MLX's packed layers: add --dequantize, or take --layout mlx.");
        if (_source.Rules.Layouts.Count > 0 || _source.IsMlx != torch)
            return;
        if (Steps.FirstOrDefault(step => step.Outputs[0].Shape.Length > 2) is { } kernel)
        {
            string own = torch ? "MLX's" : "the original's", remedy = torch ? "mlx" : "torch, or convert the repository of mlx-community";
            throw new ArgumentException(
                $"{_source.Architecture.Description} comes in {own} layout here, and Timbre does not know the other one's axes of "
                + $"'{kernel.Name}': take --layout {remedy}.");
        }
    }
}
