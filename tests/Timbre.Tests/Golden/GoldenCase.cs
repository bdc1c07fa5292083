using System.Text.Json;
using Timbre.Generation;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>A recorded case (or one of the small cases that share its folder): what to do and what to expect.</summary>
internal sealed class GoldenCase
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;
    private readonly GoldenFolder _folder;
    private readonly IReadOnlyDictionary<string, GoldenTensor> _tensors;
    private readonly List<ReplayRandomSource> _replays;

    private GoldenCase(GoldenFolder folder, string path, string prefix, JsonElement json, JsonElement args, JsonElement expect,
        IReadOnlyDictionary<string, GoldenTensor> tensors, List<ReplayRandomSource> replays)
    {
        (_folder, Path, Prefix, Json, Args, Expect, _tensors, _replays) = (folder, path, prefix, json, args, expect, tensors, replays);
        Family = path.Split('/')[0];
        Entry = json.GetProperty("entry").GetString()!;
    }

    /// <summary>Reads a case; <paramref name="path"/> is its folder below <paramref name="folder"/>, for example <c>kokoro/real/hello</c>.</summary>
    public static GoldenCase Read(GoldenFolder folder, string path)
    {
        string place = System.IO.Path.Combine(folder.Path, path);
        using FileStream stream = File.OpenRead(System.IO.Path.Combine(place, "case.json"));
        JsonElement json = JsonDocument.Parse(stream).RootElement;
        IReadOnlyDictionary<string, GoldenTensor> tensors = GoldenTensors.Read(System.IO.Path.Combine(place, "tensors.safetensors"));
        return new GoldenCase(folder, path, "", json, Property(json, "args"), Property(json, "expect"), tensors, []);
    }

    /// <summary>The case's folder: family and name, for example <c>whisper/transcribe-long</c>.</summary>
    public string Path { get; }

    /// <summary>The first folder.</summary>
    public string Family { get; }

    /// <summary>What to call.</summary>
    public string Entry { get; }

    /// <summary>Begins the names of a small case's tensors (<c>hamming.</c>); empty for a whole case.</summary>
    public string Prefix { get; }

    /// <summary>The whole of case.json.</summary>
    public JsonElement Json { get; }

    public JsonElement Args { get; }
    public JsonElement Expect { get; }
    public JsonElement Notes => Property(Json, "notes");
    public JsonElement Tolerance => Property(Json, "tolerance");
    public IEnumerable<GoldenTensor> Tensors => _tensors.Values;

    /// <summary>The small cases of <c>args.cases</c>: their args are their own, their tensors carry their name.</summary>
    public IEnumerable<GoldenCase> SubCases =>
        Args.TryGetProperty("cases", out JsonElement cases)
            ? cases.EnumerateArray().Where(args => args.TryGetProperty("name", out _)).Select(args =>
                new GoldenCase(_folder, Path, args.GetProperty("name").GetString() + ".", Json, args, Property(args, "expect"), _tensors, _replays))
            : [];

    /// <summary>A tensor of this (small) case, or one that all share.</summary>
    public GoldenTensor this[string name] =>
        Find(name) ?? throw new KeyNotFoundException($"{Path} has no tensor '{Prefix}{name}'");

    public GoldenTensor? Find(string name) => _tensors.GetValueOrDefault(Prefix + name) ?? _tensors.GetValueOrDefault(name);

    public bool Has(string name) => Find(name) is not null;

    public Tensor Tensor(string name) => this[name].ToTensor();

    public float[] Floats(string name) => this[name].Floats;

    public int[] Ints(string name) => this[name].Ints;

    /// <summary>An argument, or <paramref name="otherwise"/> where the case does not say it or says null.</summary>
    public T Argument<T>(string name, T otherwise) =>
        Args.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.Deserialize<T>()! : otherwise;

    /// <summary>
    /// Audio given as the name of a tensor, or as files of real speech (<c>{files, gap, start, end}</c>: joined with gap zeros between,
    /// then cut), tiled <c>audio_repeat</c> times.
    /// </summary>
    /// <param name="name">The argument.</param>
    /// <param name="readFile">Gives the samples of a file.</param>
    public float[] Audio(string name, Func<string, float[]> readFile)
    {
        JsonElement audio = Args.GetProperty(name);
        float[] samples = audio.ValueKind == JsonValueKind.String ? Floats(audio.GetString()!) : Joined(audio, readFile);
        return [.. Enumerable.Repeat(samples, Argument("audio_repeat", 1)).SelectMany(part => part)];
    }

    /// <summary>The checkpoint's folder; without a name the case's <c>model</c>.</summary>
    public string ModelFolder(string? name = null)
    {
        name ??= Json.GetProperty("model").GetString() ?? throw new InvalidOperationException($"{Path} names no model");
        if (name.StartsWith("real/", StringComparison.Ordinal))
            return _folder.Real("models/" + name["real/".Length..]);
        string place = System.IO.Path.Combine(_folder.Path, Family, "models", name);
        return Directory.Exists(place) ? place : throw new DirectoryNotFoundException($"{Path} needs the model {place}");
    }

    /// <summary>The folders of all layouts that have to give the same result (<c>args.models</c>), or of the one <c>model</c>.</summary>
    public IEnumerable<string> ModelFolders =>
        Args.TryGetProperty("models", out JsonElement models) ? models.EnumerateArray().Select(name => ModelFolder(name.GetString())) : [ModelFolder()];

    /// <summary>A file below the folder of real data, for example <c>speech/jfk.wav</c>.</summary>
    public string RealFile(string name) => _folder.Real(name);

    /// <summary>A file of the family's folder, for example <c>files/s16.flac</c>.</summary>
    public string FamilyFile(string name) => System.IO.Path.Combine(_folder.Path, Family, name);

    /// <summary>The draws as they were recorded (or as the notes' formula gives them), from the first; any other draw fails.</summary>
    public RandomSource CreateRandom()
    {
        if (Property(Notes, "draws") is { ValueKind: JsonValueKind.String } draws && draws.GetString()!.Contains("2654435761", StringComparison.Ordinal))
            return new HashedRandomSource();
        var replay = new ReplayRandomSource(Tensors.Where(tensor => tensor.Name.StartsWith("rng.", StringComparison.Ordinal)));
        _replays.Add(replay);
        return replay;
    }

    /// <summary>The sources that the runner asked for.</summary>
    public IReadOnlyList<ReplayRandomSource> Replays => _replays;

    private static JsonElement Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : Nothing;

    private float[] Joined(JsonElement audio, Func<string, float[]> readFile)
    {
        int gap = audio.TryGetProperty("gap", out JsonElement gapValue) ? gapValue.GetInt32() : 0;
        var samples = new List<float>();
        foreach (JsonElement file in audio.GetProperty("files").EnumerateArray())
        {
            if (samples.Count > 0)
                samples.AddRange(new float[gap]);
            samples.AddRange(readFile(RealFile("speech/" + file.GetString())));
        }
        int start = Bound(audio, "start") ?? 0, end = Math.Min(Bound(audio, "end") ?? samples.Count, samples.Count);
        return [.. samples[start..end]];
    }

    private static int? Bound(JsonElement audio, string name) =>
        audio.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
