using System.Text.Json;

namespace Timbre.Loading.Weights;

/// <summary>
/// A PyTorch file (<c>.bin</c>, <c>.pt</c>, <c>.pth</c>, <c>.ckpt</c>): its tensors are views of storages, which lie in it as they are.
/// </summary>
internal sealed class TorchFile : TensorFile
{
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Finds the tensors in what <c>torch.save</c> wrote.</summary>
    /// <param name="map">The file, which becomes this object's own.</param>
    /// <param name="archive">What it holds.</param>
    /// <exception cref="WeightException">A tensor is not in the file, or there is none.</exception>
    public TorchFile(MappedFile map, TorchArchive archive) : base(map)
    {
        var state = new TorchState(Name, archive.Root);
        foreach ((string name, TorchTensor tensor) in state.Tensors)
            _entries.Add(name, Place(name, tensor, archive));
        Settings = state.Settings;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <inheritdoc/>
    public override JsonElement? Settings { get; }

    private TensorEntry Place(string name, TorchTensor tensor, TorchArchive archive)
    {
        TorchStorage storage = tensor.Storage;
        if (!archive.Storages.TryGetValue(storage.Key, out (long Offset, long Length) place))
            throw Broken($"'{name}' lies in the storage '{storage.Key}', which is not in the file");
        if (TensorEntry.ByteCount([storage.Count], storage.Type.Size) is var needed && (needed < 0 || needed > place.Length))
            throw Broken($"'{name}' needs {storage.Count} {storage.Type.Name} of a storage of {place.Length} bytes");
        long length = TensorEntry.ByteCount(tensor.Shape, tensor.Type.Size);
        // A tensor without values may begin anywhere.
        long offset = length > 0 ? place.Offset + tensor.Offset * tensor.Type.Size : place.Offset;
        return new TensorEntry(name, tensor.Type, tensor.Shape, offset, length) { Strides = tensor.IsContiguous ? null : tensor.Strides };
    }

    private WeightException Broken(string what) => new($"{Name}: {what}. Download it again, or convert it to safetensors.");
}
