namespace Timbre.Nn.Quantization;

/// <summary>
/// The bit stream of MLX's packed rows: code <c>j</c> takes bits <c>j·bits</c> and up, least significant first; four bytes make a word.
/// </summary>
internal static class BitPacking
{
    /// <summary>Bytes of a row of so many codes.</summary>
    public static int RowBytes(int columns, int bits) => checked((int)((long)columns * bits / 8));

    /// <summary>The codes of one row, one a byte.</summary>
    public static void Unpack(ReadOnlySpan<byte> stream, Span<byte> codes, int bits)
    {
        if (bits == 8)
        {
            stream[..codes.Length].CopyTo(codes);
            return;
        }
        int mask = (1 << bits) - 1;
        int next = 0, window = 0, available = 0;
        for (int column = 0; column < codes.Length; column++)
        {
            if (available < bits)
            {
                window |= stream[next++] << available;
                available += 8;
            }
            codes[column] = (byte)(window & mask);
            window >>= bits;
            available -= bits;
        }
    }

    /// <summary>The stream of one row of codes.</summary>
    public static void Pack(ReadOnlySpan<byte> codes, Span<byte> stream, int bits)
    {
        int next = 0, window = 0, filled = 0;
        foreach (byte code in codes)
        {
            window |= code << filled;
            filled += bits;
            while (filled >= 8)
            {
                stream[next++] = (byte)window;
                window >>= 8;
                filled -= 8;
            }
        }
    }
}
