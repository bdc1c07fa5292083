using System.Runtime.InteropServices;
using Timbre.Models.Kokoro;
using Timbre.Tests.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Models.Kokoro;

public sealed class KokoroVoicesTests : IDisposable
{
    private const int Width = 4;
    private readonly string _model = Directory.CreateTempSubdirectory("kokoro").FullName;

    public KokoroVoicesTests()
    {
        Directory.CreateDirectory(Path.Combine(_model, "voices"));
        Write("af_a", [1, 2, 3, 4, 5, 6, 7, 8]);
        Write("bm_b", [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        File.WriteAllText(Path.Combine(_model, "voices", "README.md"), "not a voice");
    }

    public void Dispose() => Directory.Delete(_model, recursive: true);

    [Fact]
    public void ListsVoicesWithTheLanguageOfTheirFirstLetter() =>
        Assert.Equal([new VoiceInfo("af_a", "en-us"), new VoiceInfo("bm_b", "en-gb")], Voices().List);

    [Theory]
    [InlineData("af_a", 1f)]
    [InlineData(null, 1f)]
    [InlineData("af_a,bm_b", 2f)]
    [InlineData("af_a+bm_b", 2f)]
    [InlineData("af_a:0.75+bm_b:0.25", 1.5f)]
    [InlineData("af_a:3 + bm_b:1", 1.5f)]
    [InlineData("bm_b:0.5", 3f)]
    public void ReadsNamesAndBlends(string? voice, float first) => Assert.Equal(first, Voices().Load(voice).Values[0], 1e-6);

    [Fact]
    public void ABlendIsAsLongAsItsShortestVoice() => Assert.Equal(2, Voices().Load("af_a,bm_b").Rows);

    [Fact]
    public void ReadsAPath() => Assert.Equal(3, Voices().Load(Path.Combine(_model, "voices", "bm_b.bin")).Rows);

    [Theory]
    [InlineData(1, 1f)]
    [InlineData(2, 5f)]
    [InlineData(99, 5f)]
    public void TheRowIsThatOfTheLengthAndAtMostTheLast(int phonemes, float first) => Assert.Equal(first, Voices().Load("af_a").Style(phonemes)[0]);

    [Fact]
    public void AnUnknownVoiceListsWhatThereIs()
    {
        var error = Assert.Throws<ArgumentException>(() => Voices().Load("af_heart+nobody"));
        Assert.Contains("af_a, bm_b", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("af_a:0")]
    [InlineData("af_a:-1+bm_b:2")]
    [InlineData("af_a:x")]
    [InlineData("af_a:nan")]
    [InlineData("af_a:")]
    public void AWeightIsAPositiveNumber(string voice) => Assert.Throws<ArgumentException>(() => Voices().Load(voice));

    [Fact]
    public void AFolderWithoutVoicesSaysSo()
    {
        string empty = Directory.CreateTempSubdirectory("kokoro").FullName;
        var error = Assert.Throws<ArgumentException>(() => new KokoroVoices(empty, Width).Load(null));
        Assert.Contains("holds no voices", error.Message, StringComparison.Ordinal);
        Directory.Delete(empty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void ARawFileIsWholeRows(int bytes)
    {
        File.WriteAllBytes(Path.Combine(_model, "voices", "af_bad.bin"), new byte[bytes]);
        Assert.Throws<WeightException>(() => Voices().Load("af_bad"));
    }

    [Fact]
    public void ARawFileThatIsTooLargeIsNotRead()
    {
        using (FileStream file = File.Create(Path.Combine(_model, "voices", "af_bad.bin")))
            file.SetLength(1L << 34);
        Assert.Throws<WeightException>(() => Voices().Load("af_bad"));
    }

    [Fact]
    public void ValuesAreNumbers()
    {
        Write("af_bad", [1, float.NaN, 3, 4]);
        Assert.Throws<WeightException>(() => Voices().Load("af_bad"));
    }

    [Theory]
    [InlineData("""{"voice":{"dtype":"F32","shape":[2,1,4],"data_offsets":[0,32]}}""", true)]
    [InlineData("""{"voice":{"dtype":"F16","shape":[4,1,4],"data_offsets":[0,32]}}""", true)]
    [InlineData("""{"voice":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]}}""", false)]
    [InlineData("""{"voice":{"dtype":"F32","shape":[4,1,2],"data_offsets":[0,32]}}""", false)]
    [InlineData("""{"voice":{"dtype":"I32","shape":[2,1,4],"data_offsets":[0,32]}}""", false)]
    [InlineData("""{"voice":{"dtype":"F32","shape":[0,1,4],"data_offsets":[0,0]}}""", false)]
    [InlineData("""{"other":{"dtype":"F32","shape":[2,1,4],"data_offsets":[0,32]}}""", false)]
    [InlineData("""{"voice":{"dtype":"F32","shape":[20000000000,1,4],"data_offsets":[0,32]}}""", false)]
    public void ASafetensorsFileHoldsOneTensorOfRows(string header, bool valid)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(Path.Combine(_model, "voices", "af_safe.safetensors"), [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[32]]);
        if (valid)
            Assert.Equal(0, Voices().Load("af_safe").Values[0]);
        else
            Assert.Throws<WeightException>(() => Voices().Load("af_safe"));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public void ThePickleOfTheOriginalHoldsALoneTensor(int width, bool valid)
    {
        var builder = new TorchFileBuilder();
        File.WriteAllBytes(Path.Combine(_model, "voices", "af_old.pt"), builder.Build(builder.Floats([2, 1, width], [.. Enumerable.Range(1, 2 * width).Select(i => (float)i)])));
        if (valid)
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Voices().Load("af_old").Values);
        else
            Assert.Contains("'tensor' is [2, 1, 3]", Assert.Throws<WeightException>(() => Voices().Load("af_old")).Message, StringComparison.Ordinal);
    }

    private KokoroVoices Voices() => new(_model, Width);

    private void Write(string name, float[] values) =>
        File.WriteAllBytes(Path.Combine(_model, "voices", name + ".bin"), MemoryMarshal.AsBytes<float>(values).ToArray());
}
