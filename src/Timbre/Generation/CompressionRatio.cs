using System.Text;
using Timbre.Generation.Zlib;

namespace Timbre.Generation;

/// <summary>How repetitive a text is.</summary>
internal static class CompressionRatio
{
    /// <summary>
    /// UTF-8 length over its length under zlib at the default level; 0 of an empty text. Thresholds are set to zlib's own lengths, from which
    /// other libraries' (that of .NET too) differ by some bytes: enough to decide otherwise about a short text.
    /// </summary>
    public static double Of(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return (double)bytes.Length / ZlibLength.Of(bytes);
    }
}
