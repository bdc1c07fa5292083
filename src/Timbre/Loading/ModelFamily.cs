using Timbre.Conversion;
using Timbre.Loading.Weights;
using TorchSharp;

namespace Timbre.Loading;

/// <summary>What the house knows of a family: how to recognise it, and how to load it.</summary>
public abstract class ModelFamily
{
    /// <summary>Its name, for example <c>whisper</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a line.</summary>
    public abstract string Description { get; }

    /// <summary>What it can do.</summary>
    public abstract ModelCapabilities Capabilities { get; }

    /// <summary>The values of <c>model_type</c> that it answers to.</summary>
    public abstract IReadOnlyList<string> ModelTypes { get; }

    /// <summary>Keys that together tell the family where a config has no <c>model_type</c>; none when it always has one.</summary>
    public virtual IReadOnlyList<string> MarkerKeys => [];

    /// <summary>The layouts of weights that it reads, by name.</summary>
    public abstract IReadOnlyList<string> Layouts { get; }

    /// <summary>
    /// Patterns of the files that a model of this family needs besides its config and the weights of its folder, which are always fetched;
    /// as Python's <c>fnmatch</c> has them, where <c>*</c> crosses slashes.
    /// </summary>
    public virtual IReadOnlyList<string> FilePatterns => DefaultFilePatterns;

    /// <summary>Tokenizers, vocabularies and settings, as nearly every repository has them.</summary>
    protected internal static IReadOnlyList<string> DefaultFilePatterns { get; } =
        ["*.json", "*.jsonl", "*.model", "*.tiktoken", "*.txt", "*.jinja", "*.yaml"];

    /// <summary>The voices that a model of this family has, found without loading it.</summary>
    /// <param name="model">Its folder or weight file.</param>
    /// <param name="companions">The folders of its companions that are there.</param>
    public virtual IReadOnlyList<VoiceInfo> VoicesIn(string model, IReadOnlyList<string> companions) => [];

    /// <summary>Other repositories that a model needs: none where its folder has all.</summary>
    internal virtual IReadOnlyList<Companion> CompanionsOf(ModelFiles files) => [];

    /// <summary>Patterns of weights that checkpoints hold and the family never uses.</summary>
    internal virtual IReadOnlyList<string> IgnoredKeys => [];

    /// <summary>Which of the layouts the checkpoint is in, told by its names.</summary>
    internal abstract CheckpointLayout LayoutOf(Checkpoint checkpoint);

    /// <summary>What is peculiar to it when it is converted.</summary>
    internal virtual ConversionRules Conversion => ConversionRules.None;

    /// <summary>The type to compute in where the caller does not say.</summary>
    internal virtual torch.ScalarType DefaultType(torch.Device device) => torch.ScalarType.Float32;

    /// <summary>Builds the model from its files and weights.</summary>
    internal abstract ISpeechModel Load(ModelContext context);

    /// <summary>Whether a config is of this family: by its type, else by its marker keys.</summary>
    internal bool Answers(ConfigJson config) =>
        config.ModelType is { } type
            ? ModelTypes.Contains(type, StringComparer.OrdinalIgnoreCase)
            : MarkerKeys.Count > 0 && MarkerKeys.All(config.Has);
}
