using System.Text.Json;
using Timbre.Conversion;
using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Conversion;

public sealed class ModelConverterTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Precision.Float16, "F16")]
    [InlineData(Precision.BFloat16, "BF16")]
    [InlineData(Precision.Float32, "F32")]
    public void ATypeIsCastToWithoutQuantizing(Precision precision, string type)
    {
        _folder.Convert(_folder.Options(_folder.LanguageModel()) with { DataType = precision });
        Assert.All(_folder.Tensors().Values, tensor => Assert.StartsWith(type + " ", tensor, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsNoFloatKeepsItsType()
    {
        string source = _folder.LanguageModel(more: builder =>
            builder.Add("ids", "I64", [1], new byte[8]).Add("empty", "F32", [0, 64], []));
        _folder.Convert(_folder.Options(source) with { DataType = Precision.BFloat16 });
        Assert.StartsWith("I64 [1]", _folder.Tensors()["ids"], StringComparison.Ordinal);
        Assert.StartsWith("BF16 [0, 64]", _folder.Tensors()["empty"], StringComparison.Ordinal);
    }

    [Fact]
    public void TheSummarySaysWhatWasLeftAloneAndWhy()
    {
        ConversionSummary summary = _folder.Convert(_folder.Options(_folder.LanguageModel(more: builder =>
            builder.AddFloats("model.layers.0.big.weight", [64, 96], new float[64 * 96]))) with { Quantize = true, GroupSize = 128 });
        Assert.Equal("affine 4 bits, groups of 128", Assert.Single(summary.Layers, layer => layer.Format is not null).Format);
        Assert.Equal("its width of 96 is not a multiple of 64",
            Assert.Single(summary.Layers, layer => layer.Path == "model.layers.0.big").Reason);
        Assert.Equal(4 * 64 + 8 * 128 + 4 * 96 + 64 + 64 * 96, summary.Parameters);
        Assert.Equal(8.0 * summary.OutputBytes / summary.Parameters, summary.BitsPerWeight);
        Assert.Equal(4 * summary.Parameters, summary.SourceBytes);
        Assert.Equal(ModelDomain.Tts, summary.Domain);
    }

    [Fact]
    public void ALayerInTheFormatAskedForIsLeftAsItIs()
    {
        string source = ConversionFolder.Recorded("convert/models/qwen3-tied-4bit");
        _folder.Convert(_folder.Options(source) with { Quantize = true });
        Assert.Equal(ConversionFolder.Tensors(source), _folder.Tensors());
    }

    [Fact]
    public void ASourceThatIsPackedOtherwiseIsDecodedFirst()
    {
        string source = ConversionFolder.Recorded("convert/models/qwen3-tied-4bit");
        _folder.Convert(_folder.Options(source, "float") with { Dequantize = true });
        _folder.Convert(_folder.Options(_folder["float"], "eight") with { Quantize = true, Bits = 8, GroupSize = 32 });
        _folder.Convert(_folder.Options(source) with { Quantize = true, Bits = 8, GroupSize = 32 });
        Assert.Equal(ConversionFolder.Tensors(_folder["eight"]), _folder.Tensors());
        Assert.Equal(8, _folder.Config().GetProperty("quantization").GetProperty("bits").GetInt32());
    }

    [Fact]
    public void DequantizingLeavesNoBlockAndTakesTheTypeAskedFor()
    {
        string source = ConversionFolder.Recorded("convert/models/qwen3-tied-4bit");
        _folder.Convert(_folder.Options(source) with { Dequantize = true, DataType = Precision.Float32 });
        Assert.False(_folder.Config().TryGetProperty("quantization", out _));
        Assert.False(_folder.Config().TryGetProperty("quantization_config", out _));
        Assert.All(_folder.Tensors().Values, tensor => Assert.StartsWith("F32 ", tensor, StringComparison.Ordinal));
    }

    [Fact]
    public void LayersOfTheirOwnKeepTheirSetting()
    {
        string source = _folder.LanguageModel();
        _folder.Convert(_folder.Options(source, "mixed") with { Quantize = true, Recipe = "mixed_4_6", GroupSize = 32 });
        string config = File.ReadAllText(Path.Combine(_folder["mixed"], "config.json"));
        Assert.Contains("\"model.layers.0.mlp.up_proj\": {", config, StringComparison.Ordinal);
        // The embedding has no entry any more, and one layer shall stay as it is.
        File.WriteAllText(Path.Combine(_folder["mixed"], "config.json"), """
            {"model_type":"qwen3","quantization":{"group_size":32,"bits":4,"mode":"affine",
             "model.layers.0.mlp.up_proj":{"group_size":32,"bits":4},"model.layers.0.mlp.down_proj":false}}
            """);
        _folder.Convert(_folder.Options(_folder["mixed"]) with { Quantize = true, Bits = 8, GroupSize = 64 });
        var block = _folder.Config().GetProperty("quantization");
        Assert.Equal(
            """{"group_size":64,"bits":8,"mode":"affine","model.layers.0.mlp.down_proj":false,"model.layers.0.mlp.up_proj":"""
            + """{"group_size":32,"bits":4,"mode":"affine"}}""",
            System.Text.Json.JsonSerializer.Serialize(block));
        Assert.Equal(ConversionFolder.Tensors(_folder["mixed"])["model.layers.0.mlp.up_proj.weight"],
            _folder.Tensors()["model.layers.0.mlp.up_proj.weight"]);
        Assert.StartsWith("U32 [4, 16]", _folder.Tensors()["model.embed_tokens.weight"], StringComparison.Ordinal);
    }

    [Fact]
    public void ACopyKeepsPackedLayersAndTheirBlock()
    {
        string source = ConversionFolder.Recorded("convert/models/qwen3-tied-4bit");
        _folder.Convert(_folder.Options(source));
        Assert.Equal(ConversionFolder.Tensors(source), _folder.Tensors());
        Assert.Equal(File.ReadAllText(Path.Combine(source, "config.json")).Trim(),
            File.ReadAllText(Path.Combine(_folder["out"], "config.json")));
    }

    [Fact]
    public void TheNewerKeyOfTheTypeIsReadWhereTheArchitectureHasNoneOfItsOwn()
    {
        string source = _folder.LanguageModel(config: """{"model_type":"qwen3","dtype":"bfloat16"}""");
        _folder.Convert(_folder.Options(source) with { Quantize = true });
        Assert.StartsWith("BF16 ", _folder.Tensors()["model.norm.weight"], StringComparison.Ordinal);
    }

    [Fact]
    public void KokoroIsPackedAsTheReferenceDoes()
    {
        _folder.Convert(_folder.Options(ConversionFolder.Recorded("kokoro/models/tiny-torch")) with { Quantize = true });
        // The recorded checkpoint has its scales in float32, and the words that belong to them.
        SortedDictionary<string, string> expected = ConversionFolder.Tensors(ConversionFolder.Recorded("kokoro/models/tiny-4bit")),
            found = _folder.Tensors();
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected.Where(pair => !pair.Key.EndsWith(".scales", StringComparison.Ordinal)), pair =>
            Assert.Equal(pair.Value, found[pair.Key]));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder["out"], "voices")));
    }

    [Theory]
    [InlineData("kokoro/models/tiny-torch", Precision.Automatic)]
    [InlineData("whisper/models/tiny-en-torch", Precision.Float16)]
    public void LayoutsGoThereAndBack(string source, Precision precision)
    {
        source = ConversionFolder.Recorded(source);
        _folder.Convert(_folder.Options(source, "mlx") with { Quantize = true, Bits = 8, DataType = precision });
        _folder.Convert(_folder.Options(_folder["mlx"], "mlx-float") with { Dequantize = true });
        _folder.Convert(_folder.Options(_folder["mlx-float"]) with { Layout = ConversionLayout.Torch });
        SortedDictionary<string, string> original = ConversionFolder.Tensors(source), back = _folder.Tensors();
        // The recorded Whisper leaves out what can be computed.
        back.Remove("model.encoder.embed_positions.weight");
        Assert.Equal(original.Keys, back.Keys);
        // Packed layers have lost their numbers, but neither types nor sizes; all the others are the same.
        foreach ((string name, string tensor) in original)
            Assert.Equal(tensor[..^16], back[name][..^16]);
        Assert.True(original.Count(pair => back[pair.Key] == pair.Value) > original.Count / 2);
    }

    [Fact]
    public void TheOriginalsKeysComeBackToAWhisperConfig()
    {
        string source = ConversionFolder.Recorded("whisper/models/tiny-en-torch");
        _folder.Convert(_folder.Options(source, "mlx"));
        File.WriteAllText(Path.Combine(_folder["mlx"], "config.json"), """
            {"n_mels":80,"n_audio_ctx":1500,"n_audio_state":24,"n_audio_head":2,"n_audio_layer":2,
             "n_vocab":51864,"n_text_ctx":64,"n_text_state":24,"n_text_head":2,"n_text_layer":2}
            """);
        _folder.Convert(_folder.Options(_folder["mlx"]) with { Layout = ConversionLayout.Torch });
        JsonElement config = _folder.Config();
        Assert.Equal(24, config.GetProperty("d_model").GetInt32());
        Assert.Equal(96, config.GetProperty("encoder_ffn_dim").GetInt32());
        Assert.Equal(50257, config.GetProperty("decoder_start_token_id").GetInt32());
        Assert.Equal("whisper", config.GetProperty("model_type").GetString());
        Assert.False(config.TryGetProperty("n_mels", out _));
        Assert.StartsWith("F16 [1500, 24]", _folder.Tensors()["model.encoder.embed_positions.weight"], StringComparison.Ordinal);
    }

    [Fact]
    public void AWhisperConfigNamesNoTokenBeyondItsVocabulary()
    {
        _folder.Convert(_folder.Options(ConversionFolder.Recorded("whisper/models/tiny-en-torch"), "mlx"));
        File.WriteAllText(Path.Combine(_folder["mlx"], "config.json"), """
            {"n_mels":80,"n_audio_ctx":1500,"n_audio_state":24,"n_audio_head":2,"n_audio_layer":2,
             "n_vocab":1924,"n_text_ctx":64,"n_text_state":24,"n_text_head":2,"n_text_layer":2}
            """);
        _folder.Convert(_folder.Options(_folder["mlx"]) with { Layout = ConversionLayout.Torch });
        JsonElement config = _folder.Config();
        Assert.Equal(JsonValueKind.Null, config.GetProperty("pad_token_id").ValueKind);
        // Transformers wants a number here, or nothing.
        Assert.False(config.TryGetProperty("decoder_start_token_id", out _));
    }
}
