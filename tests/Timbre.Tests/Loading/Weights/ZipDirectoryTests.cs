using Timbre.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Loading.Weights;

public sealed class ZipDirectoryTests : IDisposable
{
    private static readonly byte[] Array = NpzFileTests.Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", [1, 2, 3, 4]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[]> BrokenArchives()
    {
        byte[] whole = new ZipBuilder().Add("a.npy", Array).Build(), wide = new ZipBuilder(isZip64: true).Add("a.npy", Array).Build();
        byte[] member = whole[..(30 + "a.npy".Length + Array.Length)];
        return new()
        {
            { "no end", whole[..^1] },
            { "no end", [.. whole, 0] },
            { "no end", whole[..30] },
            { "stands in it twice", new ZipBuilder().Add("a.npy", Array).Add("a.npy", Array).Build() },
            { "overlaps", new ZipBuilder().Add("b", member).Add("a.npy", Array, headerAt: 31).Build() },
            { "another file", new ZipBuilder().Add("a.npy", Array).Add("b.npy", Array, headerAt: 0).Build() },
            { "would begin at", new ZipBuilder().Add("a.npy", Array, headerAt: 5).Build() },
            { "would begin at", new ZipBuilder().Add("a.npy", Array, headerAt: uint.MaxValue - 1).Build() },
            { "would begin at", new ZipBuilder(isZip64: true).Add("a.npy", Array, headerAt: long.MaxValue).Build() },
            { "would begin at", new ZipBuilder(isZip64: true).Add("a.npy", Array, headerAt: -1).Build() },
            { "claims 9 bytes out of", new ZipBuilder().Add("a.npy", Array, claimedLength: 9).Build() },
            { "claims", new ZipBuilder(isZip64: true).Add("a.npy", Array, isDeflated: true, claimedLength: 1L << 50).Build() },
            { "claims", new ZipBuilder(isZip64: true).Add("a.npy", Array, isDeflated: true, claimedLength: -1).Build() },
            { "method 14", new ZipBuilder().Add("a.npy", Array, method: 14).Build() },
            { "encrypted", new ZipBuilder().Add("a.npy", Array, flags: 1).Build() },
            { "directory", Edit(whole, whole.Length - 6, 0xff) },
            { "directory", Edit(whole, whole.Length - 10, 0xff) },
            { "breaks off", Edit(whole, whole.Length - 22 - 46 - 5 + 28, 0xff) },
            { "64-bit end", Edit(wide, wide.Length - 22 - 20 + 8 + 7, 0x7f) },
            { "64-bit end", Edit(wide, wide.Length - 22 - 20 + 8, 0) },
            { "without tensors", new ZipBuilder().Add("readme.txt", Array).Build() },
        };
    }

    [Theory]
    [MemberData(nameof(BrokenArchives))]
    public void RefusesBrokenArchives(string reason, byte[] bytes)
    {
        File.WriteAllBytes(_folder["weights.npz"], bytes);
        var error = Assert.Throws<WeightException>(() => TensorFile.Open(_folder["weights.npz"]).Dispose());
        Assert.StartsWith("weights.npz: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Edit(byte[] whole, int at, byte value)
    {
        byte[] bytes = [.. whole];
        bytes[at] = value;
        return bytes;
    }
}
