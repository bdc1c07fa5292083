using System.Text;
using CsCheck;
using Timbre.Loading.Weights;
using Xunit;
using static Timbre.Tests.Loading.Weights.PickleWriter;

namespace Timbre.Tests.Loading.Weights;

/// <summary>Files that are made to do harm: nothing of them runs, and each is refused in so many words.</summary>
public sealed class HostilePickleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "__import__")]
    [InlineData("functools", "partial")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_sparse_tensor")]
    [InlineData("collections.OrderedDict", "__init__")]
    [InlineData("", "os.system")]
    [InlineData("torch.nn.modules.linear", "Linear")]
    public void RefusesByNameWhatItDoesNotKnow(string module, string name)
    {
        var call = new Call(new Named(module, name), "touch /tmp/harm");
        var builder = new TorchFileBuilder();
        byte[][] files = [builder.Build(call), builder.BuildLegacy(call), builder.Build(new Dictionary<string, object?> { ["a"] = call })];
        Assert.All(files, file => Assert.Contains($"'{module}.{name}', which Timbre does not run", Refusal(file), StringComparison.Ordinal));
    }

    [Fact]
    public void RefusesANameFromTheStack()
    {
        byte[] pickle = [0x80, 4, 0x8c, 2, .. "os"u8, 0x8c, 6, .. "system"u8, 0x93, (byte)'.'];
        Assert.Contains("'os.system'", Refusal(new TorchFileBuilder().BuildPickle(pickle)), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesCallsThatCopyWithoutEnd()
    {
        byte[] text = new byte[1 << 20];
        Array.Fill(text, (byte)'a');
        byte[] start = [.. "c_codecs\nencode\nq\0X\0\0\u0010\0"u8, .. text, .. "X\u0006\0\0\0latin1"u8, 0x86, .. "q\u000100"u8];
        byte[] call = [.. "h\0h\u0001R"u8];
        byte[] pickle = [.. start, .. Enumerable.Repeat(call, 100).SelectMany(bytes => bytes), (byte)'.'];
        Assert.Contains("make more than", Refusal(new TorchFileBuilder().BuildPickle(pickle)), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BrokenPickles => new()
    {
        { "breaks off", "" },
        { "stack is empty", "." },
        { "breaks off", "X\u00ff\u00ff\u00ff\u007fabc." },
        { "breaks off", "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f." },
        { "breaks off", "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff." },
        { "no end", "cos" },
        { "no mark", "t." },
        { "stack is empty", "(0." },
        { "stack is empty", "N(R." },
        { "something else than a class", "N)R." },
        { "something else than a class", "c_codecs\nencode\nNR." },
        { "calls something else", "]]R." },
        { "no list", "}Na." },
        { "no dictionary", "]NNs." },
        { "key without a value", "}(Nu." },
        { "has none", "N}b." },
        { "it never had", "h\u0005." },
        { "opcode 0x69", "ios\nsystem\n(i." },
        { "opcode 0x82", "\u0082\u0001." },
        { "opcode 0x97", "\u0097." },
        { "protocol 9", "\u0080\u0009." },
        { "named by something else", "NN\u0093." },
        { "named arguments", "ccollections\nOrderedDict\n)}(NNu\u0092." },
        { "persistent id", "NQ." },
        { "persistent id", "(X\u0007\0\0\0storageNNNNtQ." },
        { "something else than pairs", "ccollections\nOrderedDict\n]Na\u0085R." },
        { "something else than bytes", "c_codecs\nencode\n(X\u0001\0\0\0aX\u0004\0\0\0zlibtR." },
        { "other arguments", "ctorch._utils\n_rebuild_tensor_v2\n)R." },
        { "other arguments", "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch\nSize\nctorch\nTensor\n)tR." },
        { "Unable to translate", "X\u0002\0\0\0\u00c3\u0028." },
        { "no tensors", "}." },
        { "no tensors", "ccollections\nOrderedDict\n)R." },
    };

    [Theory]
    [MemberData(nameof(BrokenPickles))]
    public void RefusesBrokenPickles(string reason, string opcodes)
    {
        string message = Refusal(new TorchFileBuilder().BuildPickle(Encoding.Latin1.GetBytes(opcodes)));
        Assert.StartsWith("weights.pt: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    public static TheoryData<string, long, long, long[], long[], long> WrongViews => new()
    {
        { "reaches beyond", 4, 4, [1], [1], 4 },
        { "reaches beyond", 4, 0, [2, 2], [3, 1], 4 },
        { "reaches beyond", 4, long.MaxValue, [1], [1], 4 },
        { "reaches beyond", 4, 0, [2, 2, 1, 1], [long.MaxValue, long.MaxValue, 0, 0], 4 },
        { "more values", 4, 0, [long.MaxValue, long.MaxValue], [0, 0], 4 },
        { "more values", 4, 0, [1L << 40], [0], 4 },
        { "other arguments", 4, -1, [1], [1], 4 },
        { "other arguments", 4, 0, [-1], [1], 4 },
        { "other arguments", 4, 0, [1], [-1], 4 },
        { "other arguments", 4, 0, [1, 1], [1], 4 },
        { "other arguments", 4, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1], 4 },
        { "persistent id", -1, 0, [0], [1], 4 },
        { "of a storage of 16 bytes", 1L << 60, 1L << 59, [1], [1], 4 },
        { "of a storage of 16 bytes", long.MaxValue, 0, [1], [1], 4 },
    };

    [Theory]
    [MemberData(nameof(WrongViews))]
    public void RefusesViewsBeyondTheirStorage(string reason, long count, long offset, long[] shape, long[] strides, long values)
    {
        var builder = new TorchFileBuilder();
        Persistent storage = builder.Storage("FloatStorage", 4, new byte[4 * values], count);
        byte[] file = builder.Build(new Dictionary<string, object?> { ["a"] = TorchFileBuilder.View(storage, offset, shape, strides) });
        Assert.Contains(reason, Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesWhatIsNotInTheFile()
    {
        var builder = new TorchFileBuilder();
        var missing = new Persistent(new object?[] { "storage", new Named("torch", "FloatStorage"), "../data.pkl", "cpu", 1 });
        string refusal = Refusal(builder.Build(TorchFileBuilder.View(missing, 0, [1], [1])));
        Assert.Contains("storage '../data.pkl', which is not in the file", refusal, StringComparison.Ordinal);
        var quantized = new Persistent(new object?[] { "storage", new Named("torch", "device"), "0", "cpu", 1 });
        refusal = Refusal(builder.Build(TorchFileBuilder.View(quantized, 0, [1], [1])));
        Assert.Contains("the storage 'torch.device' is not read", refusal, StringComparison.Ordinal);
    }

    /// <summary>Values that hold one another, or share so much that to walk them all would take for ever.</summary>
    [Theory]
    [InlineData("]q\0h\0a.")]
    [InlineData("}q\0X\u0001\0\0\0ah\0s.")]
    public void RefusesCircles(string opcodes) =>
        Assert.Contains("nests or shares", Refusal(new TorchFileBuilder().BuildPickle(Encoding.Latin1.GetBytes(opcodes))), StringComparison.Ordinal);

    [Fact]
    public void RefusesWhatGrowsWithoutEnd()
    {
        // A list of ten times the same list of ten times the same list ...
        var doubling = new StringBuilder("]");
        for (int level = 0; level < 25; level++)
            doubling.Append("q\u0001](").Insert(doubling.Length, "h\u0001", 10).Append('e');
        Assert.Contains("nests or shares", Refusal(new TorchFileBuilder().BuildPickle(Encoding.Latin1.GetBytes(doubling + "."))), StringComparison.Ordinal);
        // Nothing is nested so deep that reading it would need a stack.
        byte[] deep = [0x80, 2, .. Enumerable.Repeat((byte)']', 200_000), .. Enumerable.Repeat((byte)'a', 199_999), (byte)'.'];
        Assert.Contains("nests or shares", Refusal(new TorchFileBuilder().BuildPickle(deep)), StringComparison.Ordinal);
    }

    [Fact]
    public void LeavesOutSettingsThatGrowWithoutEnd()
    {
        var builder = new TorchFileBuilder();
        var texts = new List<object?> { new Raw([(byte)'X', 0, 0xf0, 0, 0, .. new byte[0xf000], (byte)'q', 1]) };
        texts.AddRange(Enumerable.Repeat(new Raw((byte)'h', 1), 10_000));
        File.WriteAllBytes(_folder["weights.pt"], builder.Build(new Dictionary<string, object?>
        {
            ["state_dict"] = new Dictionary<string, object?> { ["a"] = builder.Floats([1], 1) }, ["texts"] = texts,
        }));
        using TensorFile file = TensorFile.Open(_folder["weights.pt"]);
        Assert.Null(file.Settings);
        Assert.Equal(["a"], file.Entries.Keys);
    }

    [Fact]
    public void RefusesOtherMachinesAndPrograms()
    {
        Assert.Contains("big-endian", Refusal(new TorchFileBuilder().BuildLegacy(null, isLittleEndian: false)), StringComparison.Ordinal);
        byte[] pickle = PickleWriter.Dump(null);
        Assert.Contains("big-endian", Refusal(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/byteorder", "big"u8.ToArray()).Build()), StringComparison.Ordinal);
        Assert.Contains("TorchScript", Refusal(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/constants.pkl", pickle).Build()), StringComparison.Ordinal);
        Assert.Contains("compressed", Refusal(new ZipBuilder().Add("a/data.pkl", pickle, isDeflated: true).Build()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS")]
    [InlineData("<!DOCTYPE html>", "a web page")]
    [InlineData("GGUF\u0003", "a GGUF file")]
    [InlineData("\u0089HDF\r\n", "an HDF5 file")]
    [InlineData("\u0093NUMPY\u0001", "a single array")]
    [InlineData("\u0080\u0004cos\nsystem\n", "a pickle of something else")]
    public void SaysWhatElseAFileIs(string start, string what) =>
        Assert.Contains($"weights.pt: is {what}", Refusal(Encoding.Latin1.GetBytes(start)), StringComparison.Ordinal);

    /// <summary>Whatever bytes: tensors that lie in the file, or a WeightException.</summary>
    [Fact]
    public void ArbitraryBytesNeverEscapeTheFile()
    {
        var builder = new TorchFileBuilder();
        var root = new Dictionary<string, object?>
        {
            ["a"] = builder.Floats([2, 2], 1, 2, 3, 4), ["b"] = new Dictionary<string, object?> { ["c"] = builder.Floats([1], 5) },
        };
        foreach (byte[] whole in new[] { builder.Build(root), builder.BuildLegacy(root), builder.Build(root, isZip64: true) })
        {
            Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(edits =>
            {
                byte[] bytes = [.. whole];
                foreach ((int at, byte value) in edits)
                    bytes[at] = value;
                Check(bytes);
            }, iter: 200, threads: 1);
            Gen.Int[0, whole.Length].Sample(length => Check(whole[..length]), iter: 50, threads: 1);
        }
    }

    private void Check(byte[] bytes)
    {
        try
        {
            File.WriteAllBytes(_folder["weights.pt"], bytes);
            using TensorFile file = TensorFile.Open(_folder["weights.pt"]);
            foreach (TensorEntry entry in file.Entries.Values)
                file.Read(entry).Dispose();
        }
        catch (WeightException)
        {
        }
    }

    private string Refusal(byte[] bytes)
    {
        File.WriteAllBytes(_folder["weights.pt"], bytes);
        return Assert.Throws<WeightException>(() => TensorFile.Open(_folder["weights.pt"]).Dispose()).Message;
    }
}
