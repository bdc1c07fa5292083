namespace Timbre.Loading.Weights;

/// <summary>What a weight file says of one tensor.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Length">Bytes of its values.</param>
internal sealed record TensorEntry(string Name, TensorType Type, long[] Shape, long Offset, long Length)
{
    /// <summary>Elements between neighbours on each axis, where the values do not lie row after row; else null.</summary>
    public long[]? Strides { get; init; }

    /// <summary>Elements from the first value to the last, both included, of a tensor with strides that has values.</summary>
    public long Reach => 1 + Shape.Zip(Strides!, (size, stride) => (size - 1) * stride).Sum();

    /// <summary>Bytes that the shape needs; -1 when that overflows.</summary>
    public static long ByteCount(IEnumerable<long> shape, int size)
    {
        UInt128 count = (UInt128)size;
        foreach (long length in shape)
        {
            count *= (UInt128)length;
            if (count > long.MaxValue)
                return -1;
        }
        return (long)count;
    }
}
