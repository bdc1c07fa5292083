using System.Text.Json;
using Timbre.Hub;
using Timbre.Loading.Weights;

namespace Timbre.Loading;

/// <summary>
/// The files of one model: a folder as on the Hub, or a single weight file, which brings its config along or stands beside it. What had to
/// be unpacked is gone when this is disposed.
/// </summary>
internal sealed class ModelFiles : IDisposable
{
    private const string ConfigName = "config.json";

    /// <summary>Where weight files keep the network's sizes, by the name they give it.</summary>
    private static readonly string[] SettingNames = ["dims", "config", "hyper_parameters"];

    private string? _unpacked;

    private ModelFiles(string origin, string folder, ConfigJson config) => (Origin, Folder, Config) = (origin, folder, config);

    /// <summary>What was opened: a folder or a file.</summary>
    public string Origin { get; }

    /// <summary>The folder of the other files: tokenizers, voices.</summary>
    public string Folder { get; }

    /// <summary>Its <c>config.json</c>, or what the weight file carries in its place.</summary>
    public ConfigJson Config { get; }

    /// <summary>The name of the folder or the file, or of the repository that the folder is a snapshot of; for messages and lists only.</summary>
    public string Name
    {
        get
        {
            string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Origin));
            return HubNames.RepositoryOfSnapshot(path) ?? Path.GetFileName(path);
        }
    }

    /// <summary>The weight files, as <see cref="WeightFileNames"/> chooses them.</summary>
    /// <exception cref="ModelNotSupportedException">There is none, one is missing, or it is not clear which.</exception>
    public IReadOnlyList<string> WeightFiles
    {
        get => field ??= FindWeights(Folder);
        private init;
    }

    /// <summary>Opens a folder, or a weight file.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such folder or file, or no config for it.</exception>
    /// <exception cref="WeightException">The config is in a weight file, which is broken.</exception>
    public static ModelFiles Open(string path)
    {
        if (File.Exists(path))
            return OpenFile(path, path);
        if (!Directory.Exists(path))
            throw new ModelNotSupportedException($"{path}: no such folder or file.");
        string config = ConfigOf(path);
        // What a repository with a .nemo calls config.json is there for the Hub's statistics.
        bool mayBeAlone = !File.Exists(config) || Directory.EnumerateFiles(path, "*.nemo").Any();
        if (mayBeAlone && FindLone(path) is { } lone)
            return OpenFile(path, lone);
        return File.Exists(config) ? new ModelFiles(path, path, ConfigJson.Read(config)) : throw WithoutConfig(path);
    }

    /// <summary>The names of the files that an index lists, whether they are there or not.</summary>
    /// <exception cref="ModelNotSupportedException">The index is broken, or names a file of another folder.</exception>
    public static IReadOnlyList<string> ReadIndex(string path)
    {
        if (!ConfigJson.Read(path).Root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new ModelNotSupportedException($"{path}: has no 'weight_map'.");
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty entry in map.EnumerateObject())
            names.Add(entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "");
        foreach (string name in names)
        {
            if (name.Length == 0 || Path.GetFileName(name) != name)
                throw new ModelNotSupportedException($"{path}: '{name}' is not the name of a file of the folder.");
        }
        return [.. names];
    }

    /// <summary>The folder in which the files that belong to a model stand: itself, or that of a weight file.</summary>
    public static string FolderOf(string model) => File.Exists(model) ? Path.GetDirectoryName(Path.GetFullPath(model))! : model;

    /// <summary>The path of a file of the folder, or null when it is not there.</summary>
    public string? Find(string name)
    {
        string path = Path.Combine(Folder, name);
        return File.Exists(path) ? path : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_unpacked is not null)
            Directory.Delete(_unpacked, recursive: true);
        _unpacked = null;
    }

    private static ModelFiles OpenFile(string path, string weights)
    {
        if (NemoArchive.Matches(weights))
            return Unpack(path, weights);
        string folder = FolderOf(weights), config = ConfigOf(folder);
        ConfigJson json = File.Exists(config) ? ConfigJson.Read(config) : ReadSettings(weights) ?? throw WithoutConfig(path);
        return new ModelFiles(path, folder, json) { WeightFiles = [weights] };
    }

    private static ModelFiles Unpack(string path, string archive)
    {
        string folder = Directory.CreateTempSubdirectory("timbre-").FullName;
        try
        {
            (string config, string weights) = NemoArchive.Unpack(archive, folder);
            return new ModelFiles(path, folder, YamlConfig.Parse(config, archive)) { WeightFiles = [weights], _unpacked = folder };
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static ConfigJson? ReadSettings(string weights)
    {
        using TensorFile file = TensorFile.Open(weights);
        if (file.Settings is not { } settings)
            return null;
        foreach (string name in SettingNames)
        {
            if (settings.TryGetProperty(name, out JsonElement inner) && inner.ValueKind == JsonValueKind.Object)
                return ConfigJson.From(inner, weights);
        }
        return ConfigJson.From(settings, weights);
    }

    /// <summary>The one file that holds all weights of a folder; null where there are several or none.</summary>
    private static string? FindLone(string folder)
    {
        try
        {
            return FindWeights(folder) is [var only] ? only : null;
        }
        catch (ModelNotSupportedException)
        {
            return null;
        }
    }

    private static string[] FindWeights(string folder) => [.. WeightFileNames
        .Select(Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)), index => ReadIndex(folder, index), folder)
        .Select(name => Path.Combine(folder, name))];

    private static IReadOnlyList<string> ReadIndex(string folder, string index)
    {
        IReadOnlyList<string> names = ReadIndex(Path.Combine(folder, index));
        return names.FirstOrDefault(name => !File.Exists(Path.Combine(folder, name))) is { } missing
            ? throw new ModelNotSupportedException($"{folder}: lacks {missing}, which {index} lists. Download it.")
            : names;
    }

    /// <summary>The folder's config; models of several parts have an index in its place.</summary>
    private static string ConfigOf(string folder) => Path.Combine(folder, ConfigName) is var config && !File.Exists(config)
        && Path.Combine(folder, "modular_model_index.json") is var index && File.Exists(index) ? index : config;

    private static ModelNotSupportedException WithoutConfig(string path) => new(
        $"{path}: has no {ConfigName}. A model folder holds {ConfigName} and *.safetensors, as on the Hub.");
}
