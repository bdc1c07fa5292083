using System.Text.Json.Nodes;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Models.Kokoro;
using Timbre.Tests.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Models.Kokoro;

/// <summary>The repository of Kokoro's author: one dictionary for each part of the network, voices as pickles, no <c>model_type</c>.</summary>
public class KokoroFormatsTests
{
    private const string Text = "hˈI bˈɑb.";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheOriginalsRepositorySpeaksTheSame(bool isFolder)
    {
        using var model = new RewrittenModel(KokoroFixture.Folder);
        RewriteVoices(model["voices"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(model["config.json"]))!;
        config.AsObject().Remove("model_type");
        File.WriteAllText(model["config.json"], config.ToJsonString());
        var builder = new TorchFileBuilder();
        Dictionary<string, object?> parts = model.State(builder).GroupBy(pair => pair.Key.Split('.')[0]).ToDictionary(
            part => part.Key, part => (object?)part.ToDictionary(pair => $"module.{pair.Key[(part.Key.Length + 1)..]}", pair => pair.Value));
        Assert.Equal(5, parts.Count);
        File.WriteAllBytes(model["kokoro-v1_0.pth"], builder.Build(parts));

        string path = isFolder ? model.Path : model["kokoro-v1_0.pth"];
        using KokoroModel expected = KokoroFixture.Load(), actual = (KokoroModel)ModelLoader.Load(path, new LoadOptions { Device = "cpu" });
        Assert.Equal(expected.Voices, actual.Voices);
        Assert.Equal(expected.Voices, ModelCatalog.FamilyOf(path)!.VoicesIn(path, []));
        SpeechResult first = await expected.SpeakAsync(Text, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken);
        SpeechResult second = await actual.SpeakAsync(Text, KokoroFixture.Phonemes(), TestContext.Current.CancellationToken);
        Assert.NotEmpty(first.Audio.Samples);
        Assert.Equal(first.Audio.Samples, second.Audio.Samples);
    }

    private static void RewriteVoices(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, "*.safetensors"))
        {
            var builder = new TorchFileBuilder();
            using (TensorFile file = TensorFile.Open(path))
            {
                TensorEntry voice = file.Entries["voice"];
                float[] values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file.Bytes(voice)).ToArray();
                File.WriteAllBytes(Path.ChangeExtension(path, ".pt"), builder.Build(builder.Floats(voice.Shape, values)));
            }
            File.Delete(path);
        }
    }
}
