using System.Text;
using CsCheck;
using Timbre.Loading.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Loading.Weights;

public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int, ScalarType> Types => new()
    {
        { "<f2", 2, ScalarType.Float16 }, { "<f4", 4, ScalarType.Float32 }, { "<f8", 8, ScalarType.Float64 }, { "<V2", 2, ScalarType.BFloat16 },
        { "|V2", 2, ScalarType.BFloat16 }, { "|i1", 1, ScalarType.Int8 }, { "<i2", 2, ScalarType.Int16 }, { "<i4", 4, ScalarType.Int32 },
        { "<i8", 8, ScalarType.Int64 }, { "|u1", 1, ScalarType.Byte }, { "<u4", 4, ScalarType.Int32 }, { "|b1", 1, ScalarType.Bool },
        { "<c8", 8, ScalarType.ComplexFloat32 },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void ReadsEveryType(string type, int size, ScalarType expected)
    {
        byte[] bytes = [.. Enumerable.Range(0, 6 * size).Select(i => (byte)(i % 2))];
        byte[] array = Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': (2, 3), }}", bytes);
        using TensorFile file = Open(new ZipBuilder().Add("stored.npy", array).Add("packed.npy", array, isDeflated: true));
        Assert.Equal(["stored", "packed"], file.Entries.Keys);
        Assert.All(file.Entries.Values, entry =>
        {
            using Tensor tensor = file.Read(entry);
            Assert.Equal(expected, tensor.dtype);
            Assert.Equal([2L, 3L], tensor.shape);
            Assert.Equal(bytes, tensor.bytes.ToArray());
            Assert.Equal(bytes, file.Bytes(entry).ToArray());
        });
    }

    /// <summary>Any shape, in rows or columns, stored or packed, in every version of the header.</summary>
    [Fact]
    public void ReadsWhatNumpyWrites()
    {
        Gen.Select(Gen.Long[0, 4].Array[0, 4], Gen.Bool, Gen.Bool, Gen.Int[1, 3], Gen.Bool).Sample((shape, isColumnMajor, isDeflated, version, isZip64) =>
        {
            long count = shape.Aggregate(1L, (product, size) => product * size);
            float[] values = [.. Enumerable.Range(0, (int)count).Select(i => (float)i)];
            string sizes = string.Concat(shape.Select(size => $"{size}, "));
            string header = $"{{\"shape\": ({sizes}), 'descr': '<f4', 'fortran_order': {isColumnMajor}}}\n";
            byte[] array = Npy(header, [.. values.SelectMany(BitConverter.GetBytes)], version);
            using TensorFile file = Open(new ZipBuilder(isZip64).Add("x.npy", array, isDeflated));
            using Tensor actual = file.Read(file.Entries["x"]);
            Assert.Equal(shape, actual.shape);
            if (count == 0)
                return;
            using Tensor flat = tensor(values), turned = isColumnMajor ? flat.reshape([.. shape.Reverse()]) : flat.reshape(shape);
            long[] axes = [.. Enumerable.Range(0, shape.Length).Select(axis => (long)(isColumnMajor ? shape.Length - 1 - axis : axis))];
            using Tensor expected = turned.permute(axes);
            using Tensor dense = expected.contiguous();
            Assert.Equal(dense.bytes.ToArray(), actual.bytes.ToArray());
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void PassesOverWhatIsNoArray()
    {
        byte[] array = Npy("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", [0, 0, 128, 63]);
        using TensorFile file = Open(new ZipBuilder().Add("../../x.npy", array).Add("readme.txt", "hello"u8.ToArray()));
        using Tensor scalar = file.Read(file.Entries["../../x"]);
        Assert.Equal(1f, scalar.item<float>());
    }

    public static TheoryData<string, byte[]> BrokenArrays => new()
    {
        { "not an array", [1, 2, 3] },
        { "version 9", Npy("{}", [], 9) },
        { "claims", [0x93, .. "NUMPY"u8, 1, 0, 255, 255, 0, 0] },
        { "claims", [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, 0, 0] },
        { "'descr', 'fortran_order' and 'shape'", Npy("{}", []) },
        { "'descr', 'fortran_order' and 'shape'", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': ()} + 1", [0, 0, 0, 0]) },
        { "unexpected '__import__'", Npy("{'__import__': 'os'}", []) },
        { "unexpected 'descr'", Npy("{'descr': '<f4', 'descr': '<f4'}", []) },
        { "Python objects", Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", []) },
        { "'|O'", Npy("{'descr': '|O', 'fortran_order': False, 'shape': ()}", []) },
        { "'>f4'", Npy("{'descr': '>f4', 'fortran_order': False, 'shape': ()}", [0, 0, 0, 0]) },
        { "neither True nor False", Npy("{'descr': '<f4', 'fortran_order': exit(), 'shape': ()}", []) },
        { "out of range", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", []) },
        { "out of range", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", []) },
        { "out of range", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", [0, 0, 0, 0]) },
        { "has 4 bytes", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", [0, 0, 0, 0]) },
        { "has 4 bytes", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,4)}", [0, 0, 0, 0]) },
    };

    [Theory]
    [MemberData(nameof(BrokenArrays))]
    public void RefusesBrokenArrays(string reason, byte[] array)
    {
        foreach (bool isDeflated in new[] { false, true })
        {
            var error = Assert.Throws<WeightException>(() => Open(new ZipBuilder().Add("x.npy", array, isDeflated)).Dispose());
            Assert.StartsWith("weights.npz: 'x' cannot be read", error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RefusesWhatUnpacksToLessThanItClaims()
    {
        byte[] array = Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9000,)}", new byte[4000]);
        using TensorFile file = Open(new ZipBuilder().Add("x.npy", array, isDeflated: true, claimedLength: array.Length + 5000));
        var error = Assert.Throws<WeightException>(() => file.Read(file.Entries["x"]));
        Assert.Contains("'x' cannot be unpacked", error.Message, StringComparison.Ordinal);
    }

    private TensorFile Open(ZipBuilder zip)
    {
        File.WriteAllBytes(_folder["weights.npz"], zip.Build());
        return TensorFile.Open(_folder["weights.npz"]);
    }

    internal static byte[] Npy(string header, byte[] values, int version = 1)
    {
        byte[] text = Encoding.Latin1.GetBytes(header);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. values];
    }
}
