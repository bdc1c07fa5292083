using Timbre.Conversion;
using Timbre.Loading;
using Timbre.Loading.Weights;

namespace Timbre.Models.Kokoro;

/// <summary>Kokoro-82M and its like.</summary>
internal sealed class KokoroFamily : ModelFamily
{
    /// <inheritdoc/>
    public override string Name => "kokoro";

    /// <inheritdoc/>
    public override string Description => "Kokoro: small, fast text-to-speech with preset voices and blends (StyleTTS 2 with iSTFTNet)";

    /// <inheritdoc/>
    public override ModelCapabilities Capabilities => ModelCapabilities.TextToSpeech;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModelTypes => ["kokoro"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> MarkerKeys => ["istftnet", "plbert"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Layouts => [KokoroWeights.Torch.Name, KokoroWeights.Mlx.Name];

    /// <inheritdoc/>
    public override IReadOnlyList<string> FilePatterns { get; } = [.. DefaultFilePatterns, .. KokoroVoices.Patterns];

    /// <inheritdoc/>
    public override IReadOnlyList<VoiceInfo> VoicesIn(string model, IReadOnlyList<string> companions) =>
        KokoroVoices.ListIn(ModelFiles.FolderOf(model), companions);

    // Conversions often come without the voices, which fit all of them.
    internal override IReadOnlyList<Companion> CompanionsOf(ModelFiles files) => KokoroVoices.ListIn(files.Folder, []).Count > 0
        ? []
        : [new Companion("hexgrad/Kokoro-82M", KokoroVoices.Patterns)];

    /// <inheritdoc/>
    internal override ConversionRules Conversion { get; } = new()
    {
        Layouts = [KokoroWeights.Torch, KokoroWeights.Mlx],
        // mlx-community's 16-bit repositories keep the original's; mlx-audio would turn the axes of others a second time.
        UnpackedMlx = KokoroWeights.Torch,
        SupportingFolders = ["voices"],
    };

    /// <inheritdoc/>
    internal override IReadOnlyList<string> IgnoredKeys => KokoroWeights.Ignored;

    /// <inheritdoc/>
    internal override CheckpointLayout LayoutOf(Checkpoint checkpoint) => KokoroWeights.Find(checkpoint);

    /// <inheritdoc/>
    internal override ISpeechModel Load(ModelContext context) => new KokoroModel(context);
}
