namespace Timbre.Text.Tokenizers;

/// <summary>
/// The merges of a byte-pair encoding (Sennrich et al. 2016): which two neighbours become one token, and which pair goes first.
/// </summary>
internal sealed class BytePairMerges(int capacity)
{
    private const int NoMerge = int.MaxValue;

    private readonly Dictionary<ulong, (int Rank, int Id)> _merges = new(capacity);

    public void Add(int left, int right, int rank, int id) => _merges.TryAdd(Key(left, right), (rank, id));

    /// <summary>Merges <paramref name="ids"/> in place, the lowest rank first and the leftmost of equal ones; returns how many are left.</summary>
    public int Apply(Span<int> ids)
    {
        if (ids.Length < 2)
            return ids.Length;
        int[]? rented = ids.Length > 256 ? new int[ids.Length] : null;
        Span<int> ranks = rented ?? stackalloc int[ids.Length];
        for (int i = 0; i + 1 < ids.Length; i++)
            ranks[i] = Rank(ids[i], ids[i + 1]);
        int count = ids.Length;
        while (count > 1 && LowestRank(ranks[..(count - 1)]) is var best and >= 0)
        {
            ids[best] = _merges[Key(ids[best], ids[best + 1])].Id;
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            count--;
            if (best > 0)
                ranks[best - 1] = Rank(ids[best - 1], ids[best]);
            if (best + 1 < count)
                ranks[best] = Rank(ids[best], ids[best + 1]);
        }
        return count;
    }

    /// <summary>
    /// Finds the merge that makes a token of which only bytes and rank are known: its bytes, merged by all lower ranks, are two pieces.
    /// </summary>
    public void AddRecovered(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> byteIds, int rank, int id)
    {
        if (bytes.Length is < 2 or > MaxTokenBytes)
            return;
        Span<int> pieces = stackalloc int[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
            pieces[i] = byteIds[bytes[i]];
        if (Apply(pieces) == 2)
            Add(pieces[0], pieces[1], rank, id);
    }

    private const int MaxTokenBytes = 1024;

    private int Rank(int left, int right) => _merges.TryGetValue(Key(left, right), out var merge) ? merge.Rank : NoMerge;

    private static int LowestRank(ReadOnlySpan<int> ranks)
    {
        int best = -1, lowest = NoMerge;
        for (int i = 0; i < ranks.Length; i++)
            if (ranks[i] < lowest)
                (best, lowest) = (i, ranks[i]);
        return best;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}
