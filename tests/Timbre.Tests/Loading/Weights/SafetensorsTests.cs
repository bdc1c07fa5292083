using CsCheck;
using Timbre.Loading.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Loading.Weights;

public class SafetensorsTests
{
    [Theory]
    [InlineData("F64", 8, ScalarType.Float64)]
    [InlineData("F32", 4, ScalarType.Float32)]
    [InlineData("F16", 2, ScalarType.Float16)]
    [InlineData("BF16", 2, ScalarType.BFloat16)]
    [InlineData("I64", 8, ScalarType.Int64)]
    [InlineData("I32", 4, ScalarType.Int32)]
    [InlineData("I16", 2, ScalarType.Int16)]
    [InlineData("I8", 1, ScalarType.Int8)]
    [InlineData("U32", 4, ScalarType.Int32)]
    [InlineData("U8", 1, ScalarType.Byte)]
    [InlineData("BOOL", 1, ScalarType.Bool)]
    public void ReadsEveryType(string type, int size, ScalarType expected)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. Enumerable.Range(0, 6 * size).Select(i => (byte)(i % 2))];
        string path = new SafetensorsBuilder().AddFloats("before", [1], 1).Add("x", type, [2, 3], bytes).Write(folder.Path);
        using TensorFile file = TensorFile.Open(path);
        using Tensor tensor = file.Read(file.Entries["x"]);
        Assert.Equal(expected, tensor.dtype);
        Assert.Equal([2L, 3L], tensor.shape);
        Assert.Equal(bytes, tensor.bytes.ToArray());
    }

    [Fact]
    public void ReadsEmptyAndScalarTensors()
    {
        using var folder = new TemporaryFolder();
        string path = new SafetensorsBuilder().AddFloats("none", [0, 4]).AddFloats("scalar", [], 3.5f).Write(folder.Path);
        using TensorFile file = TensorFile.Open(path);
        using Tensor none = file.Read(file.Entries["none"]), scalar = file.Read(file.Entries["scalar"]);
        Assert.Equal([0L, 4L], none.shape);
        Assert.Equal(3.5f, scalar.item<float>());
    }

    public static TheoryData<string, byte[]> BrokenFiles => new()
    {
        { "too few", [] },
        { "too few", [1, 2, 3] },
        { "claims", [255, 255, 255, 255, 255, 255, 255, 127, 0, 0, 0] },
        { "claims", [200, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'] },
        { "not the JSON", SafetensorsBuilder.Join("{\"x\": ", []) },
        { "twice", SafetensorsBuilder.Join("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", [1, 2]) },
        { "overlaps", new SafetensorsBuilder().AddFloats("a", [2], 1, 2).AddClaim("b", "F32", [1], 4, 8).Build() },
        { "data bytes", new SafetensorsBuilder().AddFloats("a", [1], 1).AddClaim("b", "F32", [1], 4, 8).Build() },
        { "has 4 bytes", new SafetensorsBuilder().AddClaim("b", "F32", [2], 0, 4).Add("c", "U8", [4], new byte[4]).Build() },
        { "has 4 bytes", new SafetensorsBuilder().AddClaim("b", "F32", [long.MaxValue, 4], 0, 4).Add("c", "U8", [4], new byte[4]).Build() },
        { "out of range", new SafetensorsBuilder().AddClaim("b", "F32", [-1], 0, 4).Build() },
        { "out of range", new SafetensorsBuilder().AddClaim("b", "U8", [1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 1).Build() },
        { "known are", new SafetensorsBuilder().Add("b", "F8_E4M3", [4], new byte[4]).Build() },
        { "lacks", SafetensorsBuilder.Join("""{"x":{"dtype":"U8","shape":[1]}}""", [1]) },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void RefusesBrokenFiles(string reason, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        string path = folder["broken.safetensors"];
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<WeightException>(() => TensorFile.Open(path).Dispose());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("broken.safetensors", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever bytes stand in the header, the answer is entries that lie in the file, or a WeightException.</summary>
    [Fact]
    public void ArbitraryBytesNeverEscapeTheFile()
    {
        byte[] whole = new SafetensorsBuilder().AddFloats("a", [2, 2], 1, 2, 3, 4).Add("b", "U8", [3], [1, 2, 3]).Build();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(edits =>
        {
            byte[] bytes = [.. whole];
            foreach ((int at, byte value) in edits)
                bytes[at] = value;
            Check(bytes);
        }, iter: 20_000);
        Gen.Byte.Array[0, 200].Sample(Check, iter: 5_000);
    }

    private static void Check(byte[] bytes)
    {
        try
        {
            (Dictionary<string, TensorEntry> entries, _) = SafetensorsHeader.Parse(bytes, bytes.Length, "fuzz");
            Assert.All(entries.Values, entry => Assert.True(entry.Offset >= 8 && entry.Length >= 0 && entry.Offset + entry.Length <= bytes.Length));
        }
        catch (WeightException)
        {
        }
    }
}
