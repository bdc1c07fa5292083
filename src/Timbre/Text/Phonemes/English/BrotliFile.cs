using System.IO.Compression;

namespace Timbre.Text.Phonemes.English;

/// <summary>Files compressed with Brotli, as the shipped lexicons are.</summary>
internal static class BrotliFile
{
    /// <summary>The content of a file.</summary>
    /// <exception cref="InvalidDataException">It is no Brotli file, or holds more than <paramref name="limit"/> bytes.</exception>
    public static byte[] Read(string path, int limit)
    {
        using var file = File.OpenRead(path);
        using var brotli = new BrotliStream(file, CompressionMode.Decompress);
        // Lexicons shrink to about an eighth.
        using var content = new MemoryStream((int)Math.Min(file.Length * 8, limit));
        try
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = brotli.Read(buffer)) > 0;)
            {
                if (content.Length + read > limit) throw new InvalidDataException($"it holds more than {limit} bytes");
                content.Write(buffer, 0, read);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: cannot be decompressed: {exception.Message}", exception);
        }
        return content.ToArray();
    }
}
