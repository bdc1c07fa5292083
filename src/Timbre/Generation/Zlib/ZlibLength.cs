namespace Timbre.Generation.Zlib;

/// <summary>
/// How many bytes zlib makes of some at its default level 6, to the byte, without making them: lazy matching over hash chains
/// (deflate_slow of zlib's deflate.c), then the shortest of stored, fixed and dynamic codes. <see cref="DeflateBlock"/> counts the bits of a
/// block, <see cref="DeflateCode"/> the lengths of its Huffman codes.
/// </summary>
internal sealed class ZlibLength
{
    private const int MinMatch = 3, MaxMatch = 258, MaxDistance = 32768 - 262, TooFar = 4096;

    // Level 6.
    private const int GoodLength = 8, MaxLazy = 16, NiceLength = 128, MaxChain = 128;

    private const int HashShift = 5, HashMask = 0x7fff;

    private readonly byte[] _bytes;
    private readonly int _length;
    private readonly int[] _heads = new int[HashMask + 1];
    private readonly int[] _previous;
    private readonly DeflateBlock _block = new();
    private int _matchStart;

    private ZlibLength(ReadOnlySpan<byte> bytes)
    {
        // zlib looks at zeros past the end.
        _bytes = new byte[bytes.Length + MaxMatch + 1];
        bytes.CopyTo(_bytes);
        _length = bytes.Length;
        _previous = new int[bytes.Length];
    }

    /// <summary>The length, header and checksum included.</summary>
    public static long Of(ReadOnlySpan<byte> bytes)
    {
        const int HeaderAndChecksum = 6;
        var length = new ZlibLength(bytes);
        length.Match();
        return HeaderAndChecksum + length._block.Finish(bytes.Length);
    }

    /// <summary>Finds matches; one is put off by a byte when a longer one begins there.</summary>
    private void Match()
    {
        int matchLength = MinMatch - 1;
        bool pending = false;
        for (int position = 0; position < _length;)
        {
            int head = Insert(position), lastLength = matchLength, lastStart = _matchStart;
            matchLength = MinMatch - 1;
            // Position 0 stands for none, as in zlib.
            if (head != 0 && lastLength < MaxLazy && position - head <= MaxDistance)
            {
                matchLength = Longest(position, head, lastLength);
                if (matchLength == MinMatch && position - _matchStart > TooFar)
                    matchLength = MinMatch - 1;
            }
            if (lastLength >= MinMatch && matchLength <= lastLength)
            {
                _block.AddMatch(lastLength, position - 1 - lastStart);
                int end = position - 1 + lastLength;
                while (++position < end)
                    Insert(position);
                (pending, matchLength) = (false, MinMatch - 1);
                continue;
            }
            if (pending)
                _block.AddLiteral(_bytes[position - 1]);
            pending = true;
            position++;
        }
        if (pending)
            _block.AddLiteral(_bytes[_length - 1]);
    }

    /// <summary>Makes a position known by its three bytes; gives the last one known by them.</summary>
    private int Insert(int position)
    {
        if (position + MinMatch > _length)
            return 0;
        int hash = ((_bytes[position] << (2 * HashShift)) ^ (_bytes[position + 1] << HashShift) ^ _bytes[position + 2]) & HashMask;
        (_previous[position], _heads[hash]) = (_heads[hash], position);
        return _previous[position];
    }

    private int Longest(int position, int candidate, int best)
    {
        int chain = best >= GoodLength ? MaxChain / 4 : MaxChain, ahead = _length - position;
        int nice = Math.Min(NiceLength, ahead), limit = Math.Max(0, position - MaxDistance);
        ReadOnlySpan<byte> scan = _bytes.AsSpan(position, MaxMatch);
        do
        {
            ReadOnlySpan<byte> match = _bytes.AsSpan(candidate, MaxMatch);
            if (match[best] != scan[best] || match[best - 1] != scan[best - 1])
                continue;
            int length = match.CommonPrefixLength(scan);
            if (length <= best)
                continue;
            (_matchStart, best) = (candidate, length);
            if (length >= nice)
                break;
        }
        while ((candidate = _previous[candidate]) > limit && --chain != 0);
        return Math.Min(best, ahead);
    }
}
