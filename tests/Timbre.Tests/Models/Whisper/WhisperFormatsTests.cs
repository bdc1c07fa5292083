using System.Text.Json;
using Timbre.Generation;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Models.Whisper;
using Timbre.Tests.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

/// <summary>The same network in every format in which Whisper is published says the same.</summary>
public class WhisperFormatsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HuggingFacesPickle(bool isLegacy)
    {
        using var model = new RewrittenModel(TinyWhisper.Folder);
        var builder = new TorchFileBuilder();
        Dictionary<string, object?> state = model.State(builder);
        File.WriteAllBytes(model["pytorch_model.bin"], isLegacy ? builder.BuildLegacy(state) : builder.Build(state));
        AssertSame(model.Path);
    }

    [Fact]
    public void HuggingFacesShards()
    {
        using var model = new RewrittenModel(TinyWhisper.Folder);
        var places = new Dictionary<string, string>();
        for (int shard = 0; shard < 2; shard++)
        {
            string name = $"pytorch_model-0000{shard + 1}-of-00002.bin";
            var builder = new TorchFileBuilder();
            Dictionary<string, object?> part = model.State(builder, shard, step: 2);
            File.WriteAllBytes(model[name], builder.BuildLegacy(part));
            foreach (string key in part.Keys)
                places[key] = name;
        }
        File.WriteAllText(model["pytorch_model.bin.index.json"], JsonSerializer.Serialize(new { weight_map = places }));
        AssertSame(model.Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheOriginalsFileAlone(bool isFolder)
    {
        using var model = new RewrittenModel(TinyWhisper.Folder, Renames([".mlp.0.", ".mlp.2."], turns: false));
        string dims = File.ReadAllText(model["config.json"]);
        File.Delete(model["config.json"]);
        var builder = new TorchFileBuilder();
        File.WriteAllBytes(model["tiny.en.pt"], builder.Build(new Dictionary<string, object?>
        {
            ["dims"] = Dims(dims).ToDictionary(pair => pair.Key, pair => (object?)pair.Value), ["model_state_dict"] = model.State(builder),
        }));
        AssertSame(isFolder ? model.Path : model["tiny.en.pt"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ArraysOfOlderMlxRepositories(bool isDeflated)
    {
        using var model = new RewrittenModel(TinyWhisper.Folder, Renames([".mlp1.", ".mlp2."], turns: true));
        File.WriteAllText(model["config.json"], JsonSerializer.Serialize(Dims(File.ReadAllText(model["config.json"]))));
        File.WriteAllBytes(model["weights.npz"], model.Npz(isDeflated));
        AssertSame(model.Path);
    }

    /// <summary>From Hugging Face's names to those of the original, which MLX has, too, with other axes.</summary>
    private static WeightMap Renames(string[] feedForwards, bool turns)
    {
        var map = new WeightMap();
        foreach (WeightRule rule in WhisperWeights.Torch.Map)
            map.Add(rule.Pattern.ToString(), rule.Replacement, rule.Axes);
        for (int layer = 1; layer <= 2; layer++)
            map.Add($@"\.mlp{layer}\.", feedForwards[layer - 1]);
        if (turns)
            map.Add(@"^encoder\.conv[12]\.weight$", "$0", [0, 2, 1]);
        return map;
    }

    private static Dictionary<string, int> Dims(string config)
    {
        JsonElement keys = JsonDocument.Parse(config).RootElement;
        return new (string Name, string Key)[]
        {
            ("n_mels", "num_mel_bins"), ("n_vocab", "vocab_size"), ("n_audio_ctx", "max_source_positions"), ("n_text_ctx", "max_target_positions"),
            ("n_audio_state", "d_model"), ("n_audio_head", "encoder_attention_heads"), ("n_audio_layer", "encoder_layers"),
            ("n_text_state", "d_model"), ("n_text_head", "decoder_attention_heads"), ("n_text_layer", "decoder_layers"),
        }.ToDictionary(row => row.Name, row => keys.GetProperty(row.Key).GetInt32());
    }

    private static void AssertSame(string path)
    {
        using WhisperModel expected = TinyWhisper.Load(), actual = (WhisperModel)ModelLoader.Load(path, new LoadOptions { Device = "cpu" });
        Assert.Equal(Transcribe(expected), Transcribe(actual));
    }

    private static string Transcribe(WhisperModel model)
    {
        using IDisposable mode = TorchSharp.torch.no_grad();
        using var random = new RandomSource(1);
        string text = model.Transcribe(TinyWhisper.Audio(4), TinyWhisper.Options, random, null, default).Text;
        return text.Length > 0 ? text : throw new InvalidOperationException("the tiny model is silent, which says nothing");
    }
}
