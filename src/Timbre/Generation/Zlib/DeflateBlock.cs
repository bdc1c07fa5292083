namespace Timbre.Generation.Zlib;

/// <summary>Counts the bits of deflate blocks: literals and matches in fixed or dynamic codes (RFC 1951; zlib's trees.c).</summary>
internal sealed class DeflateBlock
{
    private const int EndOfBlock = 256, FirstLength = 257, HeaderBits = 3;

    // zlib ends a block after so many symbols.
    private const int MaxSymbols = 16383;

    private static readonly int[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] DistanceExtra = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    private static readonly int[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly int[] _literals = new int[286];
    private readonly int[] _distances = new int[30];
    private int _symbols;
    private long _bits;

    /// <summary>Adds a byte.</summary>
    public void AddLiteral(byte value) => Add(value);

    /// <summary>Adds a match.</summary>
    public void AddMatch(int length, int distance)
    {
        _distances[Code(DistanceExtra, distance - 1)]++;
        Add(FirstLength + (length == 258 ? LengthExtra.Length - 1 : Code(LengthExtra, length - 3)));
    }

    /// <summary>The bytes of all blocks.</summary>
    /// <param name="stored">How many bytes went in: if all fit into one block they may be stored as they are.</param>
    public long Finish(int stored)
    {
        bool only = _bits == 0;
        Close();
        long bytes = (_bits + 7) / 8;
        return only && stored + 4 <= bytes ? stored + 5 : bytes;
    }

    private void Add(int symbol)
    {
        _literals[symbol]++;
        if (++_symbols == MaxSymbols)
            Close();
    }

    /// <summary>Which range of values a value is in, where each has 2^extra values.</summary>
    private static int Code(int[] extra, int value)
    {
        int code = 0;
        for (int end = 1 << extra[0]; value >= end; end += 1 << extra[code])
            code++;
        return code;
    }

    private void Close()
    {
        _literals[EndOfBlock]++;
        _bits += HeaderBits + Math.Min(FixedBits(), DynamicBits());
        Array.Clear(_literals);
        Array.Clear(_distances);
        _symbols = 0;
    }

    private long FixedBits()
    {
        long bits = 0;
        for (int symbol = 0; symbol < _literals.Length; symbol++)
            bits += _literals[symbol] * (long)((symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8) + ExtraOf(symbol));
        for (int code = 0; code < _distances.Length; code++)
            bits += _distances[code] * (long)(5 + DistanceExtra[code]);
        return bits;
    }

    private long DynamicBits()
    {
        int[] literals = DeflateCode.Lengths(_literals, 15), distances = DeflateCode.Lengths(_distances, 15);
        long bits = 0;
        for (int symbol = 0; symbol < _literals.Length; symbol++)
            bits += _literals[symbol] * (long)(literals[symbol] + ExtraOf(symbol));
        for (int code = 0; code < _distances.Length; code++)
            bits += _distances[code] * (long)(distances[code] + DistanceExtra[code]);
        return bits + CodeBits(literals, distances);
    }

    /// <summary>The bits that tell the codes: run-length coded lengths in a code of their own.</summary>
    private static long CodeBits(int[] literals, int[] distances)
    {
        var counts = new int[19];
        CountRuns(literals, counts);
        CountRuns(distances, counts);
        int[] lengths = DeflateCode.Lengths(counts, 7);
        int told = CodeLengthOrder.Length;
        while (told > 4 && lengths[CodeLengthOrder[told - 1]] == 0)
            told--;
        long bits = 5 + 5 + 4 + 3 * told;
        for (int code = 0; code < counts.Length; code++)
            bits += counts[code] * (long)(lengths[code] + code switch { 16 => 2, 17 => 3, 18 => 7, _ => 0 });
        return bits;
    }

    private static void CountRuns(int[] lengths, int[] counts)
    {
        int used = Array.FindLastIndex(lengths, length => length != 0) + 1;
        int before = -1;
        for (int start = 0; start < used;)
        {
            int length = lengths[start], most = length == 0 ? 138 : length == before ? 6 : 7, least = length == 0 || length == before ? 3 : 4;
            int end = start + 1;
            while (end < used && end - start < most && lengths[end] == length)
                end++;
            int run = end - start;
            if (run < least)
                counts[length] += run;
            else if (length == 0)
                counts[run <= 10 ? 17 : 18]++;
            else
            {
                counts[16]++;
                counts[length] += length == before ? 0 : 1;
            }
            (before, start) = (length, end);
        }
    }

    private static int ExtraOf(int symbol) => symbol < FirstLength ? 0 : LengthExtra[symbol - FirstLength];
}
