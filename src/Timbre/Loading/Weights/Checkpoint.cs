using TorchSharp;

namespace Timbre.Loading.Weights;

/// <summary>The weight files of a model folder, mapped and checked, before anything is read.</summary>
internal sealed class Checkpoint : IDisposable
{
    private readonly List<TensorFile> _files;
    private readonly Dictionary<string, (TensorFile File, TensorEntry Entry)> _tensors = [];

    private Checkpoint(List<TensorFile> files)
    {
        _files = files;
        foreach (TensorFile file in files)
        {
            foreach (TensorEntry entry in file.Entries.Values)
            {
                if (!_tensors.TryAdd(entry.Name, (file, entry)))
                    throw new WeightException($"{file.Name}: '{entry.Name}' also stands in {_tensors[entry.Name].File.Name}. Keep one of the two files.");
            }
        }
    }

    /// <summary>The names of all tensors as published.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Whether the checkpoint has that tensor.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>Whether the predicate holds for some name.</summary>
    public bool Any(Func<string, bool> predicate) => _tensors.Keys.Any(predicate);

    /// <summary>Opens the weight files of the folder.</summary>
    /// <exception cref="WeightException">A file breaks the format or a shard is missing.</exception>
    public static Checkpoint Open(ModelFiles files)
    {
        var opened = new List<TensorFile>();
        try
        {
            foreach (string path in files.WeightFiles)
                opened.Add(TensorFile.Open(path));
            return new Checkpoint(opened);
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>A store that reads the tensors under the layout's names.</summary>
    /// <param name="layout">The layout that the family found.</param>
    /// <param name="quantization">The quantization block of the config, if any.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="type">What float tensors are cast to.</param>
    /// <exception cref="WeightException">Two tensors get the same name.</exception>
    public WeightStore Load(CheckpointLayout layout, QuantizationConfig? quantization, torch.Device device, torch.ScalarType type)
    {
        var store = new WeightStore(quantization, device, type);
        foreach ((string name, (TensorFile file, TensorEntry entry)) in _tensors)
        {
            (string? newName, int[]? axes) = layout.Map.Apply(name);
            if (newName is not null)
                store.Add(newName, new StoredTensor(file, entry, axes));
        }
        return store;
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());
}
