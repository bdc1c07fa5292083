using Timbre.Loading;
using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public sealed class WhisperConfigTests : IDisposable
{
    private const string Mlx = """
        {"n_mels": 128, "n_audio_ctx": 1500, "n_audio_state": 1280, "n_audio_head": 20, "n_audio_layer": 32, "n_vocab": 51866,
         "n_text_ctx": 448, "n_text_state": 1280, "n_text_head": 20, "n_text_layer": 4}
        """;

    private const string Hub = """
        {"model_type": "whisper", "num_mel_bins": 128, "d_model": 1280, "encoder_attention_heads": 20, "encoder_layers": 32,
         "decoder_attention_heads": 20, "decoder_layers": 4, "vocab_size": 51866, "max_source_positions": 1500, "max_target_positions": 448}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ModelFiles Files(string config)
    {
        File.WriteAllText(_folder["config.json"], config);
        return ModelFiles.Open(_folder.Path);
    }

    [Fact]
    public void BothSpellingsSayTheSame()
    {
        WhisperConfig mlx = WhisperConfig.Read(Files(Mlx)), hub = WhisperConfig.Read(Files(Hub));
        Assert.Equal(hub, mlx);
        Assert.Equal((4, 1280, 128), (mlx.TextLayers, mlx.Width, mlx.MelBands));
    }

    [Fact]
    public void TheFamilyIsToldByTypeOrKeys()
    {
        Assert.IsType<WhisperFamily>(ModelRegistry.Resolve(Files(Mlx)));
        Assert.IsType<WhisperFamily>(ModelRegistry.Resolve(Files(Hub)));
    }

    [Theory]
    [InlineData("\"d_model\": 1280", "\"d_model\": 1281", "heads")]
    [InlineData("\"max_source_positions\": 1500", "\"max_source_positions\": 1000", "audio positions")]
    [InlineData("\"encoder_layers\": 32", "\"encoder_layers\": 0", "encoder layers")]
    [InlineData("\"vocab_size\": 51866, ", "", "vocab_size")]
    public void NamesSizesThatMakeNoNetwork(string good, string bad, string name)
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => WhisperConfig.Read(Files(Hub.Replace(good, bad, StringComparison.Ordinal))));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AlignmentHeadsAreReadAndChecked()
    {
        File.WriteAllText(_folder["generation_config.json"], """{"alignment_heads": [[2, 4], [3, 19]]}""");
        Assert.Equal([(2, 4), (3, 19)], WhisperConfig.Read(Files(Hub)).AlignmentHeads);
        File.WriteAllText(_folder["generation_config.json"], """{"alignment_heads": [[4, 0]]}""");
        Assert.Throws<ModelNotSupportedException>(() => WhisperConfig.Read(Files(Hub)));
    }
}
