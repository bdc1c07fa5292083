using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Loading;

public class WeightFileNamesTests
{
    [Theory]
    [InlineData("model.safetensors", "config.json model.safetensors pytorch_model.bin weights.npz model.pt")]
    [InlineData("model.safetensors", "model.safetensors consolidated.safetensors extra.safetensors")]
    [InlineData("a.safetensors b.safetensors", "b.safetensors a.safetensors pytorch_model.bin tokenizer-e351.safetensors speech_tokenizer.safetensors")]
    [InlineData("consolidated.safetensors", "consolidated.safetensors other.safetensors")]
    [InlineData("consolidated-1.safetensors consolidated-2.safetensors", "consolidated-1.safetensors consolidated-2.safetensors a.safetensors")]
    [InlineData("pytorch_model.bin", "pytorch_model.bin optimizer.pt weights.npz training_args.bin")]
    [InlineData("weights.npz", "weights.npz mel_filters.npz other.npz base.pt")]
    [InlineData("model.npz", "model.npz mel_filters.npz voices.npz")]
    [InlineData("kokoro-v1_0.pth", "kokoro-v1_0.pth config.json README.md model.onnx")]
    [InlineData("base.pt", "base.pt optimizer.pt scheduler.pt rng_state.pth training_args.bin tokenizer.model")]
    [InlineData("last.ckpt", "last.ckpt")]
    [InlineData("parakeet.nemo", "parakeet.nemo config.json")]
    [InlineData("MODEL.PT", "MODEL.PT")]
    public void TakesOneFormat(string expected, string names) =>
        Assert.Equal(expected.Split(' '), WeightFileNames.Select(names.Split(' '), _ => throw new InvalidOperationException("there is no index"), "x"));

    [Theory]
    [InlineData("model.safetensors.index.json model.safetensors pytorch_model.bin.index.json", "model.safetensors.index.json")]
    [InlineData("pytorch_model.bin.index.json pytorch_model.bin", "pytorch_model.bin.index.json")]
    [InlineData("pytorch_model.bin.index.json model.safetensors", null)]
    public void AnIndexStandsForItsShards(string names, string? read)
    {
        string? asked = null;
        IReadOnlyList<string> found = WeightFileNames.Select(names.Split(' '), index =>
        {
            asked = index;
            return ["shard-1", "shard-2"];
        }, "x");
        Assert.Equal(read, asked);
        Assert.Equal(read is null ? ["model.safetensors"] : ["shard-1", "shard-2"], found);
    }

    [Theory]
    [InlineData("x: has no weights", "config.json model.onnx model.gguf optimizer.pt voices.npz tokenizer.safetensors")]
    [InlineData("x: has several files that may be the weights (G_100.pth, last.ckpt)", "last.ckpt G_100.pth")]
    public void SaysWhatIsWrong(string expected, string names)
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => WeightFileNames.Select(names.Split(' '), _ => [], "x"));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }
}
