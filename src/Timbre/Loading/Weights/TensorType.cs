using TorchSharp;

namespace Timbre.Loading.Weights;

/// <summary>An element type, by its name in the safetensors format.</summary>
/// <param name="Name">The name in the file's header, for example <c>BF16</c>.</param>
/// <param name="Size">Bytes of one element.</param>
/// <param name="ScalarType">The type of the tensor that holds it; U32 keeps its bits in an Int32, as torch has no such type.</param>
internal sealed record TensorType(string Name, int Size, torch.ScalarType ScalarType)
{
    private static readonly Dictionary<string, TensorType> ByName = new TensorType[]
    {
        new("F64", 8, torch.ScalarType.Float64),
        new("F32", 4, torch.ScalarType.Float32),
        new("F16", 2, torch.ScalarType.Float16),
        new("BF16", 2, torch.ScalarType.BFloat16),
        new("C64", 8, torch.ScalarType.ComplexFloat32),
        new("I64", 8, torch.ScalarType.Int64),
        new("I32", 4, torch.ScalarType.Int32),
        new("I16", 2, torch.ScalarType.Int16),
        new("I8", 1, torch.ScalarType.Int8),
        new("U32", 4, torch.ScalarType.Int32),
        new("U8", 1, torch.ScalarType.Byte),
        new("BOOL", 1, torch.ScalarType.Bool),
    }.ToDictionary(type => type.Name);

    /// <summary>Whether a model may cast it to its own precision.</summary>
    public bool IsFloat => Name is "F64" or "F32" or "F16" or "BF16";

    /// <summary>The names that are known, for messages.</summary>
    public static string Known => string.Join(", ", ByName.Keys);

    /// <summary>The type in which a tensor of torch is stored.</summary>
    public static TensorType Of(torch.ScalarType type) => ByName.Values.First(known => known.ScalarType == type);

    /// <summary>The type of that name, or null.</summary>
    public static TensorType? Find(string name) => ByName.GetValueOrDefault(name);
}
