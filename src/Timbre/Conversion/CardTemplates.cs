using Timbre.Loading;

namespace Timbre.Conversion;

/// <summary>What a model card says of a domain: its tags, and how its models are used in mlx-audio and in Timbre.</summary>
/// <param name="Tags">The Hub's tags.</param>
/// <param name="Module">mlx-audio's package.</param>
/// <param name="Arguments">What its command line takes besides the model; null where it has none.</param>
/// <param name="Python">Lines of Python behind <c>model = load("{repository}")</c>.</param>
/// <param name="Command">Timbre's command line, with <c>{0}</c> for the repository; null where Timbre has no command for it.</param>
internal sealed record CardTemplate(string[] Tags, string Module, string? Arguments, string[] Python, string? Command = null);

/// <summary>The templates by domain.</summary>
internal static class CardTemplates
{
    /// <summary>The table.</summary>
    public static IReadOnlyDictionary<ModelDomain, CardTemplate> All { get; } = new Dictionary<ModelDomain, CardTemplate>
    {
        [ModelDomain.Tts] = new(
            ["text-to-speech", "speech", "speech generation", "voice cloning", "tts"], "mlx_audio.tts", "--text \"Hello, this is a test.\"",
            ["for result in model.generate(text=\"Hello, this is a test.\"):", "    print(result.audio.shape)"],
            "timbre tts --model {0} \"Hello, this is a test.\" -o hello.wav"),
        [ModelDomain.Stt] = new(
            ["speech-to-text", "speech", "transcription", "asr", "stt"], "mlx_audio.stt", "--audio audio.wav --output-path transcript",
            ["result = model.generate(\"audio.wav\")", "print(result.text)"],
            "timbre stt --model {0} audio.wav"),
        [ModelDomain.Sts] = new(
            ["speech-to-speech", "speech", "audio", "speech enhancement", "audio separation", "sts"], "mlx_audio.sts", "--audio audio.wav",
            ["help(model)  # enhances, separates or talks, each kind by methods of its own"]),
        [ModelDomain.Lid] = new(
            ["audio-classification", "speech", "language-identification", "lid"], "mlx_audio.lid", null,
            ["from mlx_audio.utils import load_audio", "",
                "for label, probability in model.predict(load_audio(\"audio.wav\", sample_rate=16000), top_k=5):",
                "    print(label, probability)"]),
        [ModelDomain.Music] = new(
            ["text-to-audio", "music-generation", "music", "audio"], "mlx_audio.music", "--caption \"a calm piano\" --lyrics \"la la la\"",
            ["for result in model.generate(text=\"a calm piano\", lyrics=\"la la la\"):", "    print(result.audio.shape)"]),
        [ModelDomain.Vad] = new(
            ["voice-activity-detection", "speech", "vad"], "mlx_audio.vad", null,
            ["help(model)  # finds speech, turns or speakers, each kind by methods of its own"]),
    };
}
