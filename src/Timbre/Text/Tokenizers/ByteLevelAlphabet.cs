using System.Runtime.CompilerServices;

namespace Timbre.Text.Tokenizers;

/// <summary>
/// How GPT-2 vocabularies write bytes as printable characters: visible Latin-1 stands for itself, the other 68 bytes for U+0100 and up.
/// </summary>
internal static class ByteLevelAlphabet
{
    private const char ZeroByte = '\u0100';

    private static readonly byte[] Bytes = BuildBytes();

    /// <summary>The bytes that a token stands for, given in UTF-8; -1 if it holds a character outside the alphabet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Decode(ReadOnlySpan<byte> token, Span<byte> bytes)
    {
        byte[] table = Bytes;
        int length = 0;
        for (int i = 0; i < token.Length; i++)
        {
            // The alphabet ends long before the characters of three bytes.
            int character = token[i];
            if (character >= 0x80)
                character = (character & 0xE0) == 0xC0 && ++i < token.Length ? ((character & 0x1F) << 6) | (token[i] & 0x3F) : int.MaxValue;
            if (character >= table.Length || (table[character] == 0 && character != ZeroByte))
                return -1;
            bytes[length++] = table[character];
        }
        return length;
    }

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
