namespace Timbre.Loading.Weights;

/// <summary>A way in which people publish the weights of a family.</summary>
/// <param name="Name">For messages: <c>torch</c>, <c>mlx</c> ...</param>
/// <param name="Map">Brings its names and axes to those of the family's layers.</param>
internal sealed record CheckpointLayout(string Name, WeightMap Map)
{
    /// <summary>Brings the layers' names and axes back to this layout's, for conversions.</summary>
    public WeightMap Export { get; init; } = WeightMap.None;
}
