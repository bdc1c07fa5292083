using System.Security.Cryptography;
using System.Text.Json;
using Timbre.Conversion;
using Timbre.Loading;
using Timbre.Loading.Weights;

namespace Timbre.Tests.Golden;

/// <summary>
/// Conversions: every tensor by name, type, shape and hash, the config, the files and the index. A run that the reference gets wrong
/// (<c>known_defect</c>) is checked for what is right instead.
/// </summary>
internal sealed class ConvertRunner : IGoldenRunner
{
    public string? Family => "convert";

    public IEnumerable<string> Entries => ["convert"];

    public void Run(GoldenCase golden, GoldenCheck check)
    {
        foreach (JsonElement run in golden.Json.GetProperty("runs").EnumerateArray())
        {
            string name = run.GetProperty("name").GetString()!;
            try
            {
                Run(golden, run, (part, what) => check.Fail($"{name}.{part}", what));
            }
            catch (Exception error)
            {
                check.Fail(name, GoldenSuite.Thrown(error));
            }
        }
    }

    private static void Run(GoldenCase golden, JsonElement run, Action<string, string> fail)
    {
        using var folder = new TemporaryFolder();
        string output = folder["out"];
        ConversionOptions options = Options(golden, run, output);
        bool defect = run.TryGetProperty("known_defect", out _);
        if (run.TryGetProperty("error", out _) && !defect)
        {
            if (Refusal(options) is null)
                fail("error", "was not refused");
            if (Directory.EnumerateFileSystemEntries(folder.Path).Any())
                fail("error", "left something behind");
            return;
        }
        if (options is { Recipe: not null, Quantize: false })
        {
            // The reference ignores a recipe that has nothing to do; Timbre refuses it, and converts without.
            if (Refusal(options) is not ArgumentException)
                fail("args", "a recipe without quantizing was not refused");
            options = options with { Recipe = null };
        }
        ModelConverter.ConvertAsync(options).GetAwaiter().GetResult();
        var result = new ConvertedFolder(output);
        if (defect)
            CheckRight(run, options, result, fail);
        else
            CheckSame(run, result, fail);
    }

    private static Exception? Refusal(ConversionOptions options)
    {
        try
        {
            ModelConverter.ConvertAsync(options).GetAwaiter().GetResult();
            return null;
        }
        catch (Exception error) when (error is ArgumentException or ModelNotSupportedException or WeightException)
        {
            return error;
        }
    }

    private static ConversionOptions Options(GoldenCase golden, JsonElement run, string output)
    {
        JsonElement args = run.GetProperty("args");
        string source = run.GetProperty("source").GetString()!;
        return new ConversionOptions
        {
            Source = source.Contains('/', StringComparison.Ordinal) ? golden.FamilyFile("../" + source) : golden.ModelFolder(source),
            Output = output,
            Quantize = Value<bool>(args, "quantize"),
            Dequantize = Value<bool>(args, "dequantize"),
            Mode = Value<string>(args, "q_mode") ?? "affine",
            Bits = Value<int?>(args, "q_bits"),
            GroupSize = Value<int?>(args, "q_group_size"),
            Recipe = Value<string>(args, "quant_predicate"),
            DataType = Enum.Parse<Precision>(Value<string>(args, "dtype") ?? nameof(Precision.Automatic), ignoreCase: true),
            Domain = Value<string>(args, "model_domain") is { } domain ? Enum.Parse<ModelDomain>(domain, ignoreCase: true) : null,
            ShardLimit = Value<long?>(args, "shard_limit_bytes") ?? ShardPlan.DefaultLimit,
        };
    }

    private static void CheckSame(JsonElement run, ConvertedFolder result, Action<string, string> fail)
    {
        CompareTensors(run.GetProperty("tensors"), result, whole: true, fail);
        // Also the order of the keys, which the reference's text has.
        string config = JsonSerializer.Serialize(result.Config), wanted = JsonSerializer.Serialize(run.GetProperty("config"));
        if (config != wanted)
            fail("config", GoldenJson.Difference("config", result.Config, run.GetProperty("config"), new GoldenTolerance(0, 0))
                ?? $"is {config}, expected {wanted}");
        Compare("files", result.Files, run, fail);
        Compare("shards", result.Shards, run, fail);
        Compare("shard_metadata", result.Metadata, run, fail);
        if (run.TryGetProperty("config_text_head", out JsonElement head) && !result.ConfigText
            .StartsWith(head.GetString()!, StringComparison.Ordinal))
            fail("config_text_head",
                $"the text begins with {JsonSerializer.Serialize(result.ConfigText[..Math.Min(80, result.ConfigText.Length)])}");
        JsonElement index = run.GetProperty("index");
        Compare("metadata", result.Index.GetProperty("metadata"), index, fail);
        Compare("weight_map", result.Index.GetProperty("weight_map"), index, fail);
        string[] keys = [.. result.Index.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Name)];
        Compare("weight_map_sorted", keys.SequenceEqual(keys.Order(StringComparer.Ordinal)), index, fail);
        Compare("weight_map_files", result.Index.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Value.GetString())
            .Distinct().Order(), index, fail);
    }

    /// <summary>What follows from the arguments, and the tensors that the case says are right.</summary>
    private static void CheckRight(JsonElement run, ConversionOptions options, ConvertedFolder result, Action<string, string> fail)
    {
        if (run.TryGetProperty("right_tensors", out JsonElement right))
            CompareTensors(right, result, whole: false, fail);
        if (run.TryGetProperty("tensors", out JsonElement tensors))
        {
            string[] expected = [.. tensors.EnumerateObject().Select(tensor => tensor.Name).Order()];
            if (!expected.SequenceEqual(result.Tensors.Keys.Order()))
                fail("tensors", "the names are others than the reference's");
        }
        foreach ((string name, TensorEntry entry) in result.Tensors)
        {
            if (options.DataType != Precision.Automatic && entry.Type.IsFloat && entry.Type.ScalarType != Devices.TypeOf(options.DataType))
                fail(name, $"is {entry.Type.Name}, asked for was {options.DataType}");
            if (!options.Quantize && name.EndsWith(".scales", StringComparison.Ordinal))
                fail(name, "is still quantized");
        }
        if (run.TryGetProperty("config", out JsonElement config) && result.Config.GetProperty("model_type").GetString() !=
            config.GetProperty("model_type").GetString())
            fail("config", "has another model_type");
        if (options.Quantize)
            CheckFormats(options, result, fail);
        else if (result.Config.TryGetProperty("quantization", out _))
            fail("config", "still has a quantization block");
    }

    private static void CheckFormats(ConversionOptions options, ConvertedFolder result, Action<string, string> fail)
    {
        QuantizationFormat asked = QuantizationFormat.Create(options.Mode, options.Bits, options.GroupSize);
        QuantizationConfig block = QuantizationConfig.Read(result.Config)!;
        using ConversionSource packed = ConversionSource.Open(result.Folder, options.Domain);
        string[] layers = [.. result.Tensors.Keys.Where(name => name.EndsWith(".scales", StringComparison.Ordinal))
            .Select(name => name[..^".scales".Length])];
        if (layers.Length == 0)
            fail("config", "no layer is quantized");
        foreach (string layer in layers)
        {
            // Reading checks the shapes against the block.
            QuantizationFormat format = packed.FormatOf(layer);
            if (format.GroupSize != asked.GroupSize || format.Mode != asked.Mode || options.Recipe is null && format != asked)
                fail(layer, $"is {format}, asked for was {asked}");
        }
        if (block.For("any other") != asked)
            fail("config", $"the block says {block.For("any other")}, asked for was {asked}");
    }

    private static void CompareTensors(JsonElement expected, ConvertedFolder result, bool whole, Action<string, string> fail)
    {
        foreach (JsonProperty tensor in expected.EnumerateObject())
        {
            string wanted = tensor.Value.GetRawText().Replace(" ", "", StringComparison.Ordinal);
            string? found = result.Describe(tensor.Name);
            if (found != wanted)
                fail(tensor.Name, $"is {found ?? "missing"}, expected {wanted}");
        }
        if (whole && result.Tensors.Keys.FirstOrDefault(name => !expected.TryGetProperty(name, out _)) is { } surplus)
            fail(surplus, "is not among the reference's tensors");
    }

    private static void Compare(string key, object? actual, JsonElement expected, Action<string, string> fail)
    {
        if (expected.TryGetProperty(key, out JsonElement value)
            && GoldenJson.Difference(key, GoldenJson.Of(actual), value, new GoldenTolerance(0, 0)) is { } difference)
            fail(key, difference);
    }

    private static T? Value<T>(JsonElement args, string name) =>
        args.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.Deserialize<T>() : default;

    /// <summary>What lies in a converted folder.</summary>
    private sealed class ConvertedFolder
    {
        private static readonly Dictionary<string, string> TypeNames = new()
        {
            ["F64"] = "float64", ["F32"] = "float32", ["F16"] = "float16", ["BF16"] = "bfloat16", ["U32"] = "uint32", ["U8"] = "uint8",
            ["I64"] = "int64", ["I32"] = "int32", ["I16"] = "int16", ["I8"] = "int8", ["BOOL"] = "bool",
        };

        private readonly Dictionary<string, string> _descriptions = [];

        public ConvertedFolder(string folder)
        {
            Folder = folder;
            Files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
            Shards = [.. Files.Where(file => file.StartsWith("model", StringComparison.Ordinal)
                && file.EndsWith(".safetensors", StringComparison.Ordinal))];
            ConfigText = File.ReadAllText(System.IO.Path.Combine(folder, "config.json"));
            Config = JsonDocument.Parse(ConfigText).RootElement;
            Index = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(folder, "model.safetensors.index.json"))).RootElement;
            foreach (string shard in Shards)
            {
                using var file = (SafetensorsFile)TensorFile.Open(System.IO.Path.Combine(folder, shard));
                Metadata.Add(file.Metadata);
                foreach (TensorEntry entry in file.Entries.Values)
                {
                    Tensors.Add(entry.Name, entry);
                    string hash = Convert.ToHexStringLower(SHA256.HashData(file.Bytes(entry)))[..16];
                    _descriptions[entry.Name] = $"[\"{TypeNames[entry.Type.Name]}\",[{string.Join(',', entry.Shape)}],\"{hash}\"]";
                }
            }
        }

        public string Folder { get; }
        public string[] Files { get; }
        public string[] Shards { get; }
        public string ConfigText { get; }
        public JsonElement Config { get; }
        public JsonElement Index { get; }
        public List<IReadOnlyDictionary<string, string>> Metadata { get; } = [];
        public Dictionary<string, TensorEntry> Tensors { get; } = [];

        public string? Describe(string name) => _descriptions.GetValueOrDefault(name);
    }
}
