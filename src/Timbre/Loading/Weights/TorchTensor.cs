namespace Timbre.Loading.Weights;

/// <summary>A tensor of a PyTorch file: a view of a storage.</summary>
/// <param name="Storage">Where its values are.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Offset">Elements before its first one.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Strides">Elements between neighbours on each axis.</param>
internal sealed record TorchTensor(TorchStorage Storage, TensorType Type, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Whether its values lie row after row.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] > 1 && Strides[axis] != expected)
                    return Shape.Contains(0);
                expected *= Math.Max(Shape[axis], 1);
            }
            return true;
        }
    }
}
