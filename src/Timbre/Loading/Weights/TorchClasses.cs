using Timbre.Loading.Weights.Pickle;

namespace Timbre.Loading.Weights;

/// <summary>What the names of torch stand for in a pickle.</summary>
internal static class TorchClasses
{
    private const int MaxRank = 8;
    private const int MaxRepeated = 16 << 20;

    /// <summary>Types by the name of a <c>torch.dtype</c>, and of the storage of earlier versions.</summary>
    private static readonly Dictionary<string, TensorType> Types = new (string Type, string Dtype, string Storage)[]
    {
        ("F64", "float64", "DoubleStorage"), ("F32", "float32", "FloatStorage"), ("F16", "float16", "HalfStorage"),
        ("BF16", "bfloat16", "BFloat16Storage"), ("C64", "complex64", "ComplexFloatStorage"), ("I64", "int64", "LongStorage"),
        ("I32", "int32", "IntStorage"), ("I16", "int16", "ShortStorage"), ("I8", "int8", "CharStorage"), ("U8", "uint8", "ByteStorage"),
        ("U32", "uint32", "UInt32Storage"), ("BOOL", "bool", "BoolStorage"), ("U8", "byte", "storage.UntypedStorage"),
    }.SelectMany(row => new[] { (Name: row.Dtype, row.Type), (Name: row.Storage, row.Type) })
        .ToDictionary(row => $"torch.{row.Name}", row => TensorType.Find(row.Type)!);

    /// <summary>Functions that rebuild what was saved.</summary>
    public static IReadOnlyDictionary<string, Func<PickleClass, object?[], object?>> Functions { get; } =
        new Dictionary<string, Func<PickleClass, object?[], object?>>
        {
            ["torch.Size"] = static (_, arguments) => arguments is [object?[] sizes] ? sizes : throw Wrong("torch.Size"),
            ["torch._utils._rebuild_tensor"] = Rebuild,
            ["torch._utils._rebuild_tensor_v2"] = Rebuild,
            ["torch._utils._rebuild_tensor_v3"] = Rebuild,
            ["torch._utils._rebuild_parameter"] = Unwrap,
            ["torch._utils._rebuild_parameter_with_state"] = Unwrap,
            ["torch._tensor._rebuild_from_type_v2"] = RebuildFromType,
        };

    /// <summary>Names without a meaning for the values.</summary>
    public static IReadOnlySet<string> Inert { get; } = new HashSet<string>
    {
        "torch.device", "torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer",
        "torch.serialization._get_layout", "torch.strided",
    };

    /// <summary>The element type that a dtype or a class of storages means, or null.</summary>
    public static TensorType? TypeOf(string name) => Types.GetValueOrDefault(name);

    /// <summary>The storage that a persistent id means.</summary>
    /// <exception cref="FormatException">It means something else.</exception>
    public static TorchStorage LoadStorage(object? id)
    {
        // A view into another storage may stand last, which only the oldest versions wrote.
        if (id is not object?[] parts || parts is not ["storage", PickleClass kind, string key, string, long count, .. var rest]
            || count < 0 || rest is not ([] or [null]))
            throw Wrong("a persistent id");
        return new TorchStorage(key, TypeOf(kind.Name) ?? throw new FormatException($"the storage '{kind.Name}' is not read"), count);
    }

    /// <summary>Makes a tensor of (storage, offset, sizes, strides, gradient, hooks), and in the third version the type.</summary>
    private static TorchTensor Rebuild(PickleClass function, object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, object?[] sizes, object?[] strides, .. var rest])
            throw Wrong(function.Name);
        TensorType type = storage.Type;
        if (function.Name.EndsWith("_v3", StringComparison.Ordinal))
        {
            type = rest is [_, _, PickleClass named, ..] && TypeOf(named.Name) is { } known ? known
                : throw new FormatException("a tensor has a type that is not read");
        }
        long[] shape = ToSizes(function, sizes), steps = ToSizes(function, strides);
        if (shape.Length != steps.Length || offset < 0)
            throw Wrong(function.Name);
        CheckReach(storage, type, offset, shape, steps);
        return new TorchTensor(storage, type, offset, shape, steps);
    }

    private static object? RebuildFromType(PickleClass function, object?[] arguments) =>
        arguments is [PickleClass rebuild, PickleClass, object?[] inner, ..] && rebuild.Create == Rebuild
            ? Rebuild(rebuild, inner) : throw Wrong(function.Name);

    private static object Unwrap(PickleClass function, object?[] arguments) =>
        arguments is [TorchTensor tensor, ..] ? tensor : throw Wrong(function.Name);

    private static long[] ToSizes(PickleClass function, object?[] values) =>
        values.Length <= MaxRank && Array.TrueForAll(values, value => value is >= 0L)
            ? Array.ConvertAll(values, value => (long)value!) : throw Wrong(function.Name);

    /// <summary>A tensor lies in its storage; views that repeat its values may not grow into more than a file of that size would.</summary>
    private static void CheckReach(TorchStorage storage, TensorType type, long offset, long[] shape, long[] strides)
    {
        UInt128 capacity = (UInt128)storage.Count * (UInt128)storage.Type.Size, reach = (UInt128)offset + 1;
        long length = TensorEntry.ByteCount(shape, type.Size);
        if (length < 0 || (UInt128)length > UInt128.Max(capacity, MaxRepeated))
            throw new FormatException($"a tensor [{string.Join(", ", shape)}] has more values than its storage");
        for (int axis = 0; length > 0 && axis < shape.Length && reach <= capacity; axis++)
            reach += (UInt128)(shape[axis] - 1) * (UInt128)strides[axis];
        if (length > 0 && reach * (UInt128)type.Size > capacity)
            throw new FormatException($"a tensor [{string.Join(", ", shape)}] reaches beyond its storage");
    }

    private static FormatException Wrong(string what) => new($"{what} has other arguments than PyTorch gives it");
}
