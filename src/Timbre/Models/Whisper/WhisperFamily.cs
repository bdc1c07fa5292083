using Timbre.Conversion;
using Timbre.Loading;
using Timbre.Loading.Weights;

namespace Timbre.Models.Whisper;

/// <summary>OpenAI's Whisper in every size, English-only and multilingual.</summary>
internal sealed class WhisperFamily : ModelFamily
{
    /// <inheritdoc/>
    public override string Name => "whisper";

    /// <inheritdoc/>
    public override string Description => "Whisper: transcribes about a hundred languages, translates them to English, and times words";

    /// <inheritdoc/>
    public override ModelCapabilities Capabilities => ModelCapabilities.SpeechToText;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModelTypes => ["whisper"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> MarkerKeys => ["n_mels", "n_audio_state", "n_text_state", "n_vocab"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Layouts => [WhisperWeights.Torch.Name, WhisperWeights.Original.Name, WhisperWeights.Mlx.Name];

    internal override ConversionRules Conversion => WhisperConversion.Rules;

    internal override CheckpointLayout LayoutOf(Checkpoint checkpoint) => WhisperWeights.Find(checkpoint);

    internal override ISpeechModel Load(ModelContext context) => WhisperModel.Load(context);
}
