using System.Security.Cryptography;
using System.Text;

namespace Timbre.Tests.Hub;

/// <summary>A file of a repository of the <see cref="FakeHub"/>; those in LFS are served by its second host.</summary>
internal sealed record FakeFile(string Path, byte[] Content, bool IsLfs)
{
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    /// <summary>What git calls it: of a file in LFS, the pointer to it.</summary>
    public string BlobId => GitHash(IsLfs ? Pointer : Content);

    public string Etag => IsLfs ? Sha256 : BlobId;

    private byte[] Pointer => Encoding.ASCII.GetBytes($"version https://git-lfs.github.com/spec/v1\noid sha256:{Sha256}\nsize {Content.Length}\n");

    /// <summary>SHA-1 of a git object that holds these bytes.</summary>
    public static string GitHash(byte[] content)
    {
        byte[] header = Encoding.ASCII.GetBytes($"blob {content.Length}\0");
        return Convert.ToHexStringLower(SHA1.HashData([.. header, .. content]));
    }
}
