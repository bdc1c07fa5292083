using Timbre.Loading;
using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Tests.Loading.Weights;

/// <summary>A model folder whose weights are written again in another format, the other files copied.</summary>
internal sealed class RewrittenModel : IDisposable
{
    private static readonly Dictionary<string, (string Storage, string Npy)> Types = new()
    {
        ["F32"] = ("FloatStorage", "<f4"), ["F16"] = ("HalfStorage", "<f2"), ["BF16"] = ("BFloat16Storage", "<V2"), ["I64"] = ("LongStorage", "<i8"),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly List<(string Name, TensorType Type, long[] Shape, byte[] Bytes)> _tensors = [];

    /// <summary>Copies a folder without its weights.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="map">Brings its names and axes to those of the format.</param>
    public RewrittenModel(string folder, WeightMap? map = null)
    {
        using ModelFiles files = ModelFiles.Open(folder);
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !files.WeightFiles.Contains(path)))
        {
            string target = this[System.IO.Path.GetRelativePath(folder, path)];
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
        foreach (string path in files.WeightFiles)
        {
            using TensorFile file = TensorFile.Open(path);
            foreach (TensorEntry entry in file.Entries.Values)
            {
                (string? name, int[]? axes) = (map ?? WeightMap.None).Apply(entry.Name);
                var stored = new StoredTensor(file, entry, axes);
                using Tensor tensor = stored.Read();
                if (name is not null)
                    _tensors.Add((name, entry.Type, stored.Shape, tensor.bytes.ToArray()));
            }
        }
    }

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    /// <summary>The tensors, or every so manieth from one on, as values of a pickle, by name.</summary>
    public Dictionary<string, object?> State(TorchFileBuilder builder, int start = 0, int step = 1) =>
        _tensors.Where((_, index) => index % step == start).ToDictionary(tensor => tensor.Name, tensor => (object?)TorchFileBuilder.View(
            builder.Storage(Types[tensor.Type.Name].Storage, tensor.Type.Size, tensor.Bytes), 0, tensor.Shape, TorchFileBuilder.Rows(tensor.Shape)));

    /// <summary>The tensors as an archive of arrays.</summary>
    public byte[] Npz(bool isDeflated)
    {
        var zip = new ZipBuilder();
        foreach ((string name, TensorType type, long[] shape, byte[] bytes) in _tensors)
        {
            string header = $"{{'descr': '{Types[type.Name].Npy}', 'fortran_order': False, 'shape': ({string.Concat(shape.Select(size => $"{size}, "))}), }}\n";
            zip.Add($"{name}.npy", NpzFileTests.Npy(header, bytes), isDeflated);
        }
        return zip.Build();
    }

    public void Dispose() => _folder.Dispose();
}
