namespace Timbre.Conversion;

/// <summary>Writes tensors into the files of a plan: a file is opened with its first tensor and closed with its last byte.</summary>
internal sealed class ShardWriter : IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _metadata;
    private readonly Dictionary<string, int> _fileOf = [];
    private readonly SafetensorsWriter?[] _writers;
    private readonly ShardPlan _plan;
    private readonly Action<long, string> _written;

    /// <summary>Prepares to write.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="plan">The files.</param>
    /// <param name="metadata">The <c>__metadata__</c> of each.</param>
    /// <param name="written">Is told how many bytes of which tensor were written.</param>
    public ShardWriter(string folder, ShardPlan plan, IReadOnlyDictionary<string, string> metadata, Action<long, string> written)
    {
        (_folder, _plan, _metadata, _written) = (folder, plan, metadata, written);
        _writers = new SafetensorsWriter?[plan.Files.Count];
        for (int file = 0; file < plan.Files.Count; file++)
        {
            foreach (PlannedTensor tensor in plan.Files[file].Tensors)
            {
                if (!_fileOf.TryAdd(tensor.Name, file))
                    throw new WeightException($"two tensors of the source would both be called '{tensor.Name}'. Keep one of them.");
            }
        }
    }

    /// <summary>Writes bytes of a tensor at a place in it.</summary>
    public void Write(string name, long position, ReadOnlySpan<byte> bytes)
    {
        int file = _fileOf[name];
        SafetensorsWriter writer = Open(file);
        writer.Write(name, position, bytes);
        if (writer.IsComplete)
            Close(file);
        _written(bytes.Length, name);
    }

    /// <summary>Writes the files that hold no bytes at all, and checks that the others are whole.</summary>
    public void Complete()
    {
        for (int file = 0; file < _writers.Length; file++)
        {
            if (_writers[file] is not null || !File.Exists(PathOf(file)))
            {
                Open(file);
                Close(file);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsWriter? writer in _writers)
            writer?.Dispose();
    }

    private SafetensorsWriter Open(int file) =>
        _writers[file] ??= new SafetensorsWriter(PathOf(file), _plan.Files[file].Tensors, _metadata);

    private void Close(int file)
    {
        using SafetensorsWriter writer = _writers[file]!;
        _writers[file] = null;
        writer.Complete();
    }

    private string PathOf(int file) => Path.Combine(_folder, _plan.Files[file].Name);
}
