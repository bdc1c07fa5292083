using CsCheck;
using Timbre.Conversion;
using Timbre.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Conversion;

public class SafetensorsWriterTests
{
    private static readonly string[] Types = ["F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U32", "U8", "BOOL"];
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "mlx" };

    [Fact]
    public void WhatIsWrittenInPiecesIsReadBack() =>
        Gen.Select(Gen.Int[0, Types.Length - 1].Select(index => Types[index]), Gen.Long[0, 5].Array[0, 4], Gen.String[0, 12]).Array[0, 8]
            .Sample(items =>
        {
            using var folder = new TemporaryFolder();
            PlannedTensor[] tensors = [.. items.Select((item, index) =>
                new PlannedTensor(Name(item.Item3, index), TensorType.Find(item.Item1)!, item.Item2))];
            byte[][] contents = [.. tensors.Select((tensor, index) =>
                Enumerable.Range(0, (int)tensor.Length).Select(i => (byte)(i * 7 + index)).ToArray())];
            string path = folder["x.safetensors"];
            using (var writer = new SafetensorsWriter(path, tensors, Metadata))
            {
                // The later halves first: the order is free.
                for (int i = tensors.Length - 1; i >= 0; i--)
                {
                    int half = contents[i].Length / 2;
                    writer.Write(tensors[i].Name, half, contents[i].AsSpan(half));
                    writer.Write(tensors[i].Name, 0, contents[i].AsSpan(0, half));
                }
                Assert.True(writer.IsComplete);
                writer.Complete();
            }
            using var file = (SafetensorsFile)TensorFile.Open(path);
            Assert.Equal("mlx", file.Metadata["format"]);
            Assert.Equal(tensors.Select(tensor => tensor.Name).Order(), file.Entries.Keys.Order());
            foreach ((PlannedTensor tensor, byte[] content) in tensors.Zip(contents))
            {
                TensorEntry entry = file.Entries[tensor.Name];
                Assert.Equal(tensor.Type, entry.Type);
                Assert.Equal(tensor.Shape, entry.Shape);
                Assert.Equal(content, file.Bytes(entry).ToArray());
                Assert.Equal(0, entry.Length > 0 ? entry.Offset % tensor.Type.Size : 0);
            }
        }, iter: 200);

    [Theory]
    [InlineData("quote\"and\\slash")]
    [InlineData("line\nbreak")]
    [InlineData("ünïcödé.重み.🎤")]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    public void OddNamesComeBackAsTheyAre(string name)
    {
        using var folder = new TemporaryFolder();
        using (var writer = new SafetensorsWriter(folder["x.safetensors"], [new PlannedTensor(name, TensorType.Find("U8")!, [1])],
            Metadata))
        {
            writer.Write(name, 0, [42]);
            writer.Complete();
        }
        using var file = (SafetensorsFile)TensorFile.Open(folder["x.safetensors"]);
        Assert.Equal([42], file.Bytes(file.Entries[name]).ToArray());
    }

    [Fact]
    public void TwoTensorsOfOneNameAreRefused()
    {
        using var folder = new TemporaryFolder();
        var tensor = new PlannedTensor("x", TensorType.Find("U8")!, [1]);
        Assert.Throws<WeightException>(() => new SafetensorsWriter(folder["x.safetensors"], [tensor, tensor], Metadata));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var folder = new TemporaryFolder();
        using var writer = new SafetensorsWriter(folder["x.safetensors"], [new PlannedTensor("x", TensorType.Find("U8")!, [2])], Metadata);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write("x", 1, [1, 2]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    private static string Name(string random, int index) => new string([.. random.Where(letter => !char.IsSurrogate(letter))]) + index;
}
