using Timbre.Loading;
using Timbre.Models.Kokoro;
using Xunit;

namespace Timbre.Tests.Loading;

/// <summary>Files through links, as snapshots of the Hub hold them: what counts is the file, not the link.</summary>
public sealed class BoundedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TheLengthIsThatOfTheFile()
    {
        string link = Link(new byte[5000]);
        Assert.Equal(5000, BoundedFile.LengthOf(link));
        Assert.Null(BoundedFile.TryRead(link, 4999));
        Assert.Equal(5000, BoundedFile.TryRead(link, 5000)!.Length);
    }

    [Fact]
    public void AConfigThatIsTooLongIsRefusedThroughALink()
    {
        string link = Link(new byte[(16 << 20) + 1]);
        Assert.Contains("16 MiB", Assert.Throws<ModelNotSupportedException>(() => ConfigJson.Read(link)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AVoiceIsReadThroughALink() => Assert.Equal(2, VoicePack.Read(Link(new byte[2 * 8 * sizeof(float)]), 8).Rows);

    public void Dispose() => _folder.Dispose();

    private string Link(byte[] content)
    {
        File.WriteAllBytes(_folder["blob"], content);
        File.CreateSymbolicLink(_folder["link.bin"], "blob");
        return _folder["link.bin"];
    }
}
