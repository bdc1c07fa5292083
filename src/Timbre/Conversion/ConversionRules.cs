using System.Text.Json.Nodes;
using Timbre.Loading.Weights;
using TorchSharp;

namespace Timbre.Conversion;

/// <summary>What is peculiar to an architecture when it is converted; without any, names, axes and order are the source's.</summary>
internal sealed record ConversionRules
{
    /// <summary>Nothing peculiar.</summary>
    public static ConversionRules None { get; } = new();

    /// <summary>The layouts that it can be written in; none: only the one that it comes in.</summary>
    public IReadOnlyList<CheckpointLayout> Layouts { get; init; } = [];

    /// <summary>The type in which MLX's repositories store it, whatever the source has; null for the source's.</summary>
    public torch.ScalarType? StoredType { get; init; }

    /// <summary>
    /// The names of modules and parameters in the order in which the reference's model has them, on whatever level they stand.
    /// </summary>
    public IReadOnlyList<string> ModuleOrder { get; init; } = [];

    /// <summary>Whether the layer of that path may be packed, of those that could be by their shape.</summary>
    public Func<string, bool> IsQuantizable { get; init; } = _ => true;

    /// <summary>Folders of which every file goes along, whatever its ending.</summary>
    public IReadOnlyList<string> SupportingFolders { get; init; } = [];

    /// <summary>Tensors that a layout holds and the model computes.</summary>
    public Func<ConversionLayout, JsonObject, IReadOnlyList<ComputedTensor>> ComputedTensors { get; init; } = (_, _) => [];

    /// <summary>Brings a config to what the original's tools read.</summary>
    public Func<JsonObject, JsonObject> TorchConfig { get; init; } = config => config;

    /// <summary>The layout that MLX's repositories have where nothing is packed, if it is another one.</summary>
    public CheckpointLayout? UnpackedMlx { get; init; }

    /// <summary>The layout to write in; null where only one is known.</summary>
    public CheckpointLayout? Find(ConversionLayout layout, bool packed) => layout == ConversionLayout.Mlx && !packed
        && UnpackedMlx is { } unpacked
        ? unpacked
        : Layouts.FirstOrDefault(known => known.Name == layout.ToString().ToLowerInvariant());
}
