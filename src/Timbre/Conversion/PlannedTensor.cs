using Timbre.Loading.Weights;

namespace Timbre.Conversion;

/// <summary>A tensor of the result, known before anything of it is computed.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
internal sealed record PlannedTensor(string Name, TensorType Type, long[] Shape)
{
    /// <summary>Its bytes.</summary>
    public long Length { get; } = checked(Shape.Aggregate((long)Type.Size, (product, size) => checked(product * size)));
}
