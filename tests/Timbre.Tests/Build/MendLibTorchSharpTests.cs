using System.Runtime.InteropServices;
using System.Text;
using Timbre.Build;
using Xunit;

namespace Timbre.Tests.Build;

public class MendLibTorchSharpTests
{
    private const string Symbol = "_ZSt21ios_base_library_initv", Version = "GLIBCXX_3.4.32";

    [Fact]
    public void HashesVersionsAsElfDoes()
    {
        // As readelf -V shows them.
        Assert.Equal(0x08922974u, MendLibTorchSharp.Hash("GLIBCXX_3.4"));
        Assert.Equal(0x09691A75u, MendLibTorchSharp.Hash("GLIBC_2.2.5"));
    }

    [Fact]
    public void RewritesSymbolVersionAndHashInPlace()
    {
        byte[] image = Image();
        byte[] before = [.. image];
        Assert.True(MendLibTorchSharp.Mend(image));
        Assert.Equal(before.Length, image.Length);
        string text = Encoding.Latin1.GetString(image);
        Assert.DoesNotContain(Symbol, text, StringComparison.Ordinal);
        Assert.DoesNotContain($"\0{Version}\0", text, StringComparison.Ordinal);
        Assert.Contains("\0_ZNSt8ios_base4InitC1Ev\0\0\0\0\0", text, StringComparison.Ordinal);
        Assert.Contains("\0GLIBCXX_3.4\0\0\0\0other\0", text, StringComparison.Ordinal);
        Assert.Equal(MendLibTorchSharp.Hash("GLIBCXX_3.4"), BitConverter.ToUInt32(image, 8));
        // Nothing else: what follows the hash, and names that only begin the same.
        Assert.Equal(before[12..24], image[12..24]);
        Assert.Contains("\0GLIBCXX_3.4.320\0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void LeavesALibraryAloneThatDoesNotAskForIt()
    {
        byte[] image = Encoding.Latin1.GetBytes("\0GLIBCXX_3.4\0_ZNSt8ios_base4InitC1Ev\0padding\0");
        byte[] before = [.. image];
        Assert.False(MendLibTorchSharp.Mend(image));
        Assert.Equal(before, image);
    }

    [Fact]
    public void RefusesALibraryThatAsksInAnotherWay()
    {
        byte[] twice = [.. Image(), .. Encoding.Latin1.GetBytes($"\0{Symbol}\0")];
        Assert.Throws<InvalidDataException>(() => MendLibTorchSharp.Mend(twice));
    }

    [Fact]
    public void TheMendedLibraryIsTheOneThatLoads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only the Linux library is mended");
        Assert.Equal(2, TorchSharp.torch.ones(2).shape[0]);
        string[] copies = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories);
        string loaded = Assert.Single(copies);
        Assert.False(MendLibTorchSharp.Mend(File.ReadAllBytes(loaded)));
        Assert.True(NativeLibrary.TryLoad(loaded, out _));
    }

    /// <summary>The parts of an ELF image that matter: an Elf64_Vernaux, and names between zero bytes.</summary>
    private static byte[] Image()
    {
        byte[] need = new byte[24];
        BitConverter.GetBytes(MendLibTorchSharp.Hash(Version)).CopyTo(need, 8);
        BitConverter.GetBytes((ushort)7).CopyTo(need, 14);
        BitConverter.GetBytes(99).CopyTo(need, 16);
        return [.. need, .. Encoding.Latin1.GetBytes($"\0{Symbol}\0{Version}\0other\0GLIBCXX_3.4.320\0")];
    }
}
