using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>A cursor into a <see cref="WeightStore"/>: a layer asks it for its tensors by their short names and shapes.</summary>
/// <param name="store">The store.</param>
/// <param name="path">Where the cursor stands, without a dot at the end; empty at the root.</param>
/// <param name="type">The type that floats are cast to; null for the store's.</param>
internal readonly struct WeightReader(WeightStore store, string path, ScalarType? type = null)
{
    /// <summary>The name that stands for any size in a shape.</summary>
    public const long Any = -1;

    /// <summary>The store behind the cursor.</summary>
    public WeightStore Store => store;

    /// <summary>Where the tensors live.</summary>
    public Device Device => store.Device;

    /// <summary>The type that float tensors are cast to.</summary>
    public ScalarType Type => type ?? store.Type;

    /// <summary>A cursor further in.</summary>
    public WeightReader Sub(string name) => new(store, FullName(name), type);

    /// <summary>A cursor at an element of a list.</summary>
    public WeightReader Sub(string name, int index) => new(store, FullName($"{name}.{index}"), type);

    /// <summary>The same place in another type, for layers that need their own precision.</summary>
    public WeightReader As(ScalarType other) => new(store, path, other);

    /// <summary>Whether the tensor is there.</summary>
    public bool Has(string name) => store.Find(FullName(name)) is not null;

    /// <summary>The sizes of the tensor, for widths that a config does not tell.</summary>
    /// <exception cref="WeightException">It is missing.</exception>
    public long[] ShapeOf(string name) => store.Require(FullName(name)).Shape;

    /// <summary>How many elements <c>name.0</c>, <c>name.1</c> ... the list has.</summary>
    public int Count(string name)
    {
        int count = 0;
        while (store.NamesUnder(FullName($"{name}.{count}.")).Any())
            count++;
        return count;
    }

    /// <summary>The tensor, of the cursor's type where it is a float, on the store's device, owned by the store.</summary>
    /// <param name="name">Its short name.</param>
    /// <param name="shape">Its sizes; <see cref="Any"/> where every size will do.</param>
    /// <exception cref="WeightException">It is missing or has another shape; the message names the file and the tensor.</exception>
    public Tensor Tensor(string name, params long[] shape) => Tensor(name, Type, shape);

    /// <summary>As <see cref="Tensor(string, long[])"/>, in a type of its own.</summary>
    public Tensor Tensor(string name, ScalarType type, params long[] shape)
    {
        StoredTensor stored = Check(name, shape);
        using Tensor raw = store.ReadRaw(FullName(name));
        return store.Own(raw.to(stored.Entry.Type.IsFloat ? type : raw.dtype, store.Device));
    }

    /// <summary>The tensor as it stands in the file, on the CPU; the caller owns it.</summary>
    public Tensor Raw(string name, params long[] shape)
    {
        Check(name, shape);
        return store.ReadRaw(FullName(name));
    }

    /// <summary>Makes a tensor that a layer computed at load the store's own.</summary>
    public Tensor Own(Tensor tensor) => store.Own(tensor);

    /// <summary>How the layer at the cursor is quantized; null when the checkpoint holds it as floats.</summary>
    public QuantizationFormat? Quantization()
    {
        if (!Has("scales"))
            return null;
        return store.Quantization?.For(CheckpointPath()) ?? throw new WeightException(
            $"'{FullName("scales")}' says that the layer is quantized, but config.json has no 'quantization' block that says how.");
    }

    /// <summary>An error about a tensor at the cursor, in the form of all weight errors.</summary>
    public WeightException Error(string name, string what)
    {
        StoredTensor? stored = store.Find(FullName(name));
        return new WeightException(stored is null ? $"'{FullName(name)}' {what}" : $"{stored.File.Name}: '{stored.Entry.Name}' {what}");
    }

    /// <summary>The layer's path as the checkpoint writes it, which is what the quantization block is keyed by.</summary>
    private string CheckpointPath()
    {
        string published = store.Require(FullName("scales")).Entry.Name;
        return published[..^".scales".Length];
    }

    private StoredTensor Check(string name, long[] shape)
    {
        StoredTensor stored = store.Require(FullName(name));
        long[] actual = stored.Shape;
        bool fits = actual.Length == shape.Length;
        for (int axis = 0; fits && axis < shape.Length; axis++)
            fits = shape[axis] == Any || shape[axis] == actual[axis];
        return fits ? stored : throw Error(name, $"is {Format(actual)}, expected {Format(shape)}.");
    }

    private static string Format(long[] shape) => $"[{string.Join(", ", shape.Select(size => size == Any ? "any" : $"{size}"))}]";

    private string FullName(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
