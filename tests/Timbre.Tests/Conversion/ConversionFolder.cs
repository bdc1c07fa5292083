using System.Text.Json;
using Timbre.Conversion;
using Timbre.Loading.Weights;
using Timbre.Tests.Loading.Weights;

namespace Timbre.Tests.Conversion;

/// <summary>A place for conversions: sources made for a test or of the recorded cases, results, and what is in them.</summary>
internal sealed class ConversionFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static string Recorded(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "Cases",
        name.Replace('/', Path.DirectorySeparatorChar));

    public string Root => _folder.Path;

    public string this[string name] => _folder[name];

    /// <summary>A small language model with two layers; its first matrix is 64 wide, its second 96.</summary>
    public string LanguageModel(
        string name = "source", string config = """{"model_type":"qwen3"}""", Action<SafetensorsBuilder>? more = null)
    {
        Directory.CreateDirectory(this[name]);
        File.WriteAllText(Path.Combine(this[name], "config.json"), config);
        var builder = new SafetensorsBuilder()
            .AddFloats("model.embed_tokens.weight", [4, 64], Floats(4 * 64))
            .AddFloats("model.layers.0.mlp.up_proj.weight", [8, 128], Floats(8 * 128))
            .AddFloats("model.layers.0.mlp.down_proj.weight", [4, 96], Floats(4 * 96))
            .AddFloats("model.norm.weight", [64], Floats(64));
        more?.Invoke(builder);
        builder.Write(this[name]);
        return this[name];
    }

    public ConversionOptions Options(string source, string output = "out") => new() { Source = source, Output = this[output] };

    public ConversionSummary Convert(ConversionOptions options) => ModelConverter.ConvertAsync(options).GetAwaiter().GetResult();

    public JsonElement Config(string output = "out") =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(this[output], "config.json"))).RootElement;

    /// <summary>Type, shape and bytes of every tensor of a folder, in words that can be compared.</summary>
    public static SortedDictionary<string, string> Tensors(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder, "model*.safetensors"))
        {
            using var file = (SafetensorsFile)TensorFile.Open(path);
            foreach (TensorEntry entry in file.Entries.Values)
            {
                string hash = System.Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file.Bytes(entry)));
                found.Add(entry.Name, $"{entry.Type.Name} [{string.Join(", ", entry.Shape)}] {hash[..16]}");
            }
        }
        return found;
    }

    public SortedDictionary<string, string> Tensors() => Tensors(this["out"]);

    public static float[] Floats(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    public void Dispose() => _folder.Dispose();
}
