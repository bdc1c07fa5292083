using System.Text.Json;
using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Conversion;

public class ArchitectureDetectorTests
{
    [Theory]
    [InlineData("/models/dia/my-whisper", """{"model_type":"whisper"}""", "whisper")]
    [InlineData("x/canary-vs-whisper", """{"model_type":"Whisper"}""", "whisper")]
    [InlineData("x/renamed", """{"target":"nemo.collections.asr.models.aed_multitask_models.EncDecMultiTaskModel"}""", "canary")]
    [InlineData("x/renamed", """{"target":"nemo.collections.asr.models.sortformer_diar_models.SortformerEncLabelModel"}""", "sortformer")]
    [InlineData("x/renamed", """{"model_type":"llama","acoustic_dim":64}""", "tada")]
    [InlineData("x/renamed", """{"model_type":"llama"}""", "llama")]
    [InlineData("x/OuteTTS-1.0-0.6B", """{"model_type":"qwen3"}""", "outetts")]
    [InlineData("x/renamed", """{"model_type":"qwen3","decoder_config":{}}""", "soprano")]
    [InlineData("x/renamed", """{"model_type":"qwen3_asr","timestamp_token_id":7}""", "qwen3_forced_aligner")]
    [InlineData("x/renamed", """{"model_type":"wav2vec2","architectures":["Wav2Vec2ForSequenceClassification"]}""", "wav2vec2")]
    [InlineData("x/VibeVoice-1.5B", """{"model_type":"vibevoice","architectures":["VibeVoiceForConditionalGeneration"]}""", "vibevoice")]
    [InlineData("x/y", """{"model_version":"DeepFilterNet3"}""", "deepfilternet")]
    [InlineData("x/y", """{"win_len":1,"win_inc":1,"num_mels":1,"out_channels_final":1}""", "mossformer2_se")]
    [InlineData("/cache/models--nvidia--parakeet-tdt-0.6b/snapshots/0123abcd", """{}""", "parakeet")]
    public void TheConfigDecidesAndTheNameOnlyWhereItLeavesItOpen(string path, string config, string expected) =>
        Assert.Equal(expected, ArchitectureDetector.Find(path, Json(config))?.Name);

    [Theory]
    [InlineData("nvidia/media-model", "{}")]
    [InlineData("x/whisperer", "{}")]
    [InlineData("", """{"model_type":7,"name":null,"target":[]}""")]
    public void PartsOfWordsAndOddValuesTellNothing(string path, string config) =>
        Assert.Null(ArchitectureDetector.Find(path, Json(config)));

    [Fact]
    public void ADomainNarrowsTheChoice()
    {
        Assert.Equal("vibevoice", ArchitectureDetector.Find("x", Json("""{"model_type":"vibevoice"}"""), ModelDomain.Tts)?.Name);
        Assert.Null(ArchitectureDetector.Find("x", Json("""{"model_type":"whisper"}"""), ModelDomain.Tts));
    }

    [Fact]
    public void NamesAreUniqueInTheirDomain() =>
        Assert.Equal(KnownArchitectures.All.Count, KnownArchitectures.All.Select(known => (known.Domain, known.Name)).Distinct().Count());

    [Fact]
    public void EveryFamilyIsAKnownArchitecture() =>
        Assert.All(ModelRegistry.Families, family => Assert.Contains(KnownArchitectures.All, known => known.Name == family.Name));

    [Fact]
    public void LoadingWhatTimbreCannotRunSaysWhatItIs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], """{"model_type":"parakeet"}""");
        string message = Assert.Throws<ModelNotSupportedException>(() => ModelRegistry.Resolve(ModelFiles.Open(folder.Path))).Message;
        Assert.Contains("model_type 'parakeet' is Parakeet (speech to text), which Timbre cannot run yet", message,
            StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
