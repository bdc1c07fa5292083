using System.IO.Compression;
using System.Text;

namespace Timbre.Generation;

/// <summary>How repetitive a text is.</summary>
internal static class CompressionRatio
{
    /// <summary>UTF-8 length over its length under zlib at the default level; 0 of an empty text.</summary>
    public static double Of(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using var compressed = new MemoryStream(bytes.Length + 16);
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(bytes);
        // An empty stream is not even given its header.
        return compressed.Length == 0 ? 0 : (double)bytes.Length / compressed.Length;
    }
}
