namespace Timbre.Text.Tokenizers;

/// <summary>
/// How GPT-2 vocabularies write bytes as printable characters: visible Latin-1 stands for itself, the other 68 bytes for U+0100 and up.
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly byte[] Bytes = BuildBytes();

    /// <summary>The bytes that a token of <c>vocab.json</c> stands for; false if it holds a character outside the alphabet.</summary>
    public static bool TryGetBytes(ReadOnlySpan<char> token, Span<byte> destination)
    {
        for (int i = 0; i < token.Length; i++)
        {
            char character = token[i];
            if (character >= Bytes.Length || (Bytes[character] == 0 && character != ZeroByte))
                return false;
            destination[i] = Bytes[character];
        }
        return true;
    }

    private const char ZeroByte = '\u0100';

    private static byte[] BuildBytes()
    {
        var bytes = new byte[ZeroByte + 68];
        char next = ZeroByte;
        for (int value = 0; value < 256; value++)
        {
            bool visible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            bytes[visible ? (char)value : next++] = (byte)value;
        }
        return bytes;
    }
}
