using System.Text.Json;
using Timbre.Hub;

namespace Timbre.Loading;

/// <summary>The files of one model folder, as on the Hub.</summary>
internal sealed class ModelFiles
{
    private const string ConfigName = "config.json";
    private const string IndexName = "model.safetensors.index.json";

    private ModelFiles(string folder, ConfigJson config) => (Folder, Config) = (folder, config);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Its <c>config.json</c>.</summary>
    public ConfigJson Config { get; }

    /// <summary>The name of the folder, or of the repository that it is a snapshot of; for messages and lists only.</summary>
    public string Name
    {
        get
        {
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder));
            return HubNames.RepositoryOfSnapshot(folder) ?? Path.GetFileName(folder);
        }
    }

    /// <summary>
    /// The weight files: what the index lists, else <c>model.safetensors</c>, else all <c>*.safetensors</c> of the folder.
    /// </summary>
    /// <exception cref="ModelNotSupportedException">There is none.</exception>
    public IReadOnlyList<string> WeightFiles
    {
        get
        {
            if (Find(IndexName) is { } index)
                return ReadIndex(index);
            if (Find("model.safetensors") is { } single)
                return [single];
            string[] all = Directory.GetFiles(Folder, "*.safetensors");
            Array.Sort(all, StringComparer.Ordinal);
            return all.Length > 0 ? all : throw new ModelNotSupportedException($"{Folder}: has no *.safetensors file. Download the weights again.");
        }
    }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such folder, or no config in it.</exception>
    public static ModelFiles Open(string folder) => Open(folder, ConfigName);

    /// <summary>Opens a folder whose config has one of these names, the first that is there.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such folder, or no config in it.</exception>
    public static ModelFiles Open(string folder, params string[] configNames)
    {
        if (!Directory.Exists(folder))
            throw new ModelNotSupportedException($"{folder}: no such folder.");
        string config = configNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? throw new ModelNotSupportedException(
            $"{folder}: has no {configNames[0]}. A model folder holds {configNames[0]} and *.safetensors, as on the Hub.");
        return new ModelFiles(folder, ConfigJson.Read(config));
    }

    /// <summary>The names of the files that the index of a folder lists, whether they are there or not; null where there is no index.</summary>
    /// <exception cref="ModelNotSupportedException">The index is broken.</exception>
    public static IReadOnlyList<string>? ReadIndexIn(string folder)
    {
        string index = Path.Combine(folder, IndexName);
        return File.Exists(index) ? ReadIndexNames(index) : null;
    }

    /// <summary>The path of a file of the folder, or null when it is not there.</summary>
    public string? Find(string name)
    {
        string path = Path.Combine(Folder, name);
        return File.Exists(path) ? path : null;
    }

    private string[] ReadIndex(string index)
    {
        IReadOnlyCollection<string> names = ReadIndexNames(index);
        foreach (string name in names)
        {
            if (Find(name) is null)
                throw new ModelNotSupportedException($"{Folder}: lacks {name}, which {IndexName} lists. Download it.");
        }
        return [.. names.Select(name => Path.Combine(Folder, name))];
    }

    private static string[] ReadIndexNames(string index)
    {
        ConfigJson json = ConfigJson.Read(index);
        if (!json.Root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new ModelNotSupportedException($"{index}: has no 'weight_map'.");
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty entry in map.EnumerateObject())
            names.Add(entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "");
        foreach (string name in names)
        {
            if (name.Length == 0 || Path.GetFileName(name) != name)
                throw new ModelNotSupportedException($"{index}: '{name}' is not the name of a file of the folder.");
        }
        return [.. names];
    }
}
