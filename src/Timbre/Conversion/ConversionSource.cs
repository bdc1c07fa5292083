using Timbre.Loading;
using Timbre.Loading.Weights;
using TorchSharp;

namespace Timbre.Conversion;

/// <summary>A model to convert: its config, what it is, and its tensors under the names that the layers use.</summary>
internal sealed class ConversionSource : IDisposable
{
    private readonly Checkpoint _checkpoint;
    private readonly WeightStore _store;

    private ConversionSource(ModelFiles files, KnownArchitecture architecture, ModelFamily? family, Checkpoint checkpoint)
    {
        (Files, Architecture, Family, _checkpoint) = (files, architecture, family, checkpoint);
        Rules = ArchitectureRules.Of(architecture, family);
        Layout = family?.LayoutOf(checkpoint);
        Quantization = QuantizationConfig.Read(files.Config.Root);
        _store = checkpoint.Load(Layout ?? new CheckpointLayout("source", WeightMap.None), Quantization, torch.CPU,
            torch.ScalarType.Float32);
    }

    public ModelFiles Files { get; }

    public KnownArchitecture Architecture { get; }

    public ModelFamily? Family { get; }

    public ConversionRules Rules { get; }

    /// <summary>The layout that it is in; null for an architecture without a family.</summary>
    public CheckpointLayout? Layout { get; }

    /// <summary>How its packed layers are packed.</summary>
    public QuantizationConfig? Quantization { get; }

    /// <summary>The names of its tensors, as the layers call them, in the order of the files.</summary>
    public IEnumerable<string> Names => _store.NamesUnder("");

    /// <summary>The type of its floats, told by the first ones.</summary>
    public torch.ScalarType FloatType =>
        Names.Select(name => _store.Require(name).Entry.Type).FirstOrDefault(type => type.IsFloat)?.ScalarType ?? torch.ScalarType.Float32;

    /// <summary>Bytes of its tensors.</summary>
    public long Bytes => Names.Sum(name => _store.Require(name).Entry.Length);

    /// <summary>
    /// The files that go along, named from <see cref="ModelFiles.Folder"/>; none where the source is a weight file among others.
    /// </summary>
    public IReadOnlyList<string> FindSupportingFiles(string source) =>
        File.Exists(source) && Path.GetFullPath(Files.Folder) == Path.GetDirectoryName(Path.GetFullPath(source))
            ? []
            : [.. SupportingFiles.Find(Files.Folder, Files.WeightFiles, Rules.SupportingFolders)];

    /// <summary>Whether some file says that it was written by MLX.</summary>
    public bool IsMlx => Names.Any(name => _store.Require(name).File is SafetensorsFile file
        && file.Metadata.GetValueOrDefault("format") == "mlx");

    /// <summary>Opens a folder, or a file that holds all of a model.</summary>
    /// <exception cref="ModelNotSupportedException">It is no model, or nothing tells what it is.</exception>
    /// <exception cref="WeightException">Its weights cannot be read.</exception>
    public static ConversionSource Open(string folder, ModelDomain? domain)
    {
        ModelFiles files = ModelFiles.Open(folder);
        Checkpoint? checkpoint = null;
        try
        {
            KnownArchitecture architecture = ArchitectureDetector.Require(Path.GetFullPath(folder), files.Config.Root, domain);
            ModelFamily? family = ModelRegistry.Families.FirstOrDefault(family => family.Name == architecture.Name);
            checkpoint = Checkpoint.Open(files);
            return new ConversionSource(files, architecture, family, checkpoint);
        }
        catch
        {
            checkpoint?.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    public StoredTensor? Find(string name) => _store.Find(name);

    /// <summary>How the packed layer of that path is packed.</summary>
    /// <exception cref="WeightException">The config does not say it, or does not fit the tensors.</exception>
    public QuantizationFormat FormatOf(string path)
    {
        StoredTensor weight = _store.Require(path + ".weight"), scales = _store.Require(path + ".scales");
        QuantizationFormat format = Quantization?.For(ConversionStep.PathOf(weight.Entry.Name)) ?? throw new WeightException(
            $"'{weight.Entry.Name}' is quantized, but config.json has no 'quantization' block that says how.");
        long[] rows = weight.Shape[..^1];
        bool fits = scales.Shape.Length == weight.Shape.Length && scales.Shape[..^1].SequenceEqual(rows)
            && (Int128)weight.Shape[^1] * 32 == (Int128)scales.Shape[^1] * format.GroupSize * format.Bits
            && scales.Entry.Type.IsFloat == (format.Mode == QuantizationMode.Affine)
            && (format.Mode != QuantizationMode.Affine || Find(path + ".biases") is { } biases && biases.Shape.SequenceEqual(scales.Shape));
        return fits ? format : throw new WeightException(
            $"{weight.File.Name}: '{weight.Entry.Name}' [{string.Join(", ", weight.Shape)}] with scales [{string.Join(", ", scales.Shape)}] "
            + $"is not {format.ModeName} of {format.Bits} bits in groups of {format.GroupSize}, as config.json says.");
    }

    /// <summary>The sizes of a packed layer's matrix.</summary>
    public long[] UnpackedShape(string path, QuantizationFormat format)
    {
        long[] groups = _store.Require(path + ".scales").Shape;
        return [.. groups[..^1], checked(groups[^1] * format.GroupSize)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Dispose();
        _checkpoint.Dispose();
        Files.Dispose();
    }
}
