using System.Numerics;
using System.Runtime.CompilerServices;

namespace Timbre.Text.Tokenizers;

/// <summary>
/// The merges of a byte-pair encoding (Sennrich et al. 2016): which two neighbours become one token, and which pair goes first.
/// </summary>
internal sealed class BytePairMerges
{
    private const int NoMerge = int.MaxValue;

    // Open addressing; a rank of 0 is stored as 1, so that an empty slot is one without a rank.
    private (ulong Pair, int RankPlusOne, int Id)[] _slots;
    private int _count;

    public BytePairMerges(int capacity) => _slots = new (ulong, int, int)[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * capacity))];

    /// <summary>Adds a merge; of two merges of one pair the first counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int left, int right, int rank, int id)
    {
        ref var slot = ref Slot(Pair(left, right));
        if (slot.RankPlusOne != 0)
            return;
        slot = (Pair(left, right), rank + 1, id);
        if (2 * ++_count > _slots.Length)
            Rehash();
    }

    /// <summary>Merges <paramref name="ids"/> in place, the lowest rank first and the leftmost of equal ones; returns how many are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Apply(Span<int> ids)
    {
        Span<int> ranks = ids.Length > 256 ? new int[ids.Length] : stackalloc int[ids.Length];
        for (int i = 0; i + 1 < ids.Length; i++)
            ranks[i] = Rank(ids[i], ids[i + 1]);
        int count = ids.Length;
        while (LowestRank(ranks[..Math.Max(0, count - 1)]) is var best and >= 0)
        {
            ids[best] = Slot(Pair(ids[best], ids[best + 1])).Id;
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
    public void AddRecovered(ReadOnlySpan<byte> token, ReadOnlySpan<int> byteIds, int rank, int id)
    {
        if (token.Length < 2)
            return;
        Span<int> pieces = stackalloc int[token.Length];
        for (int i = 0; i < token.Length; i++)
            pieces[i] = byteIds[token[i]];
        if (Apply(pieces) == 2)
            Add(pieces[0], pieces[1], rank, id);
    }

    private int Rank(int left, int right) => Slot(Pair(left, right)).RankPlusOne is var rank and > 0 ? rank - 1 : NoMerge;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LowestRank(ReadOnlySpan<int> ranks)
    {
        int best = -1, lowest = NoMerge;
        for (int i = 0; i < ranks.Length; i++)
            if (ranks[i] < lowest)
                (best, lowest) = (i, ranks[i]);
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ref (ulong Pair, int RankPlusOne, int Id) Slot(ulong pair)
    {
        int mask = _slots.Length - 1;
        // Fibonacci hashing.
        for (int i = (int)((pair * 0x9E3779B97F4A7C15) >> 32) & mask; ; i = (i + 1) & mask)
            if (_slots[i].RankPlusOne == 0 || _slots[i].Pair == pair)
                return ref _slots[i];
    }

    private void Rehash()
    {
        var old = _slots;
        _slots = new (ulong, int, int)[2 * old.Length];
        foreach (var slot in old)
            if (slot.RankPlusOne != 0)
                Slot(slot.Pair) = slot;
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}
