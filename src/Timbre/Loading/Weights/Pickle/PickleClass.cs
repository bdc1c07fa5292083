namespace Timbre.Loading.Weights.Pickle;

/// <summary>A class or function that a pickle names, and what stands here for a call of it.</summary>
/// <param name="Name">Module and name, with a dot.</param>
/// <param name="Create">Gives the value for the arguments, or a <see cref="FormatException"/>.</param>
internal sealed record PickleClass(string Name, Func<PickleClass, object?[], object?> Create);
