using System.Numerics;
using System.Runtime.CompilerServices;

namespace Timbre.Text.Tokenizers;

/// <summary>The bytes of every token id in one buffer, and the id of bytes.</summary>
/// <remarks>Fifty thousand tokens are read at every start, so there is no string and no object for each.</remarks>
internal sealed class TokenTable
{
    /// <summary>Longer than any token.</summary>
    public const int MaxTokenBytes = 1024;

    // Larger ids than any vocabulary has; a file that names one is broken.
    private const int MaxId = (1 << 22) - 1;

    private byte[] _bytes = new byte[1 << 19];
    private (int Start, int Length)[] _spans = new (int, int)[1 << 16];
    private int _used;

    // Open addressing: the id plus one where a slot is taken, never more than half of them.
    private int[] _slots = new int[1 << 17];
    private int _taken;

    /// <summary>One more than the largest id.</summary>
    public int Count { get; private set; }

    /// <summary>What an id stands for: nothing where no token has it.</summary>
    public ReadOnlySpan<byte> this[int id] =>
        (uint)id < (uint)Count ? _bytes.AsSpan(_spans[id].Start, _spans[id].Length) : [];

    /// <summary>Adds a token; of equal tokens the first is the one that is found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int id, ReadOnlySpan<byte> token)
    {
        if (id is < 0 or > MaxId || token.Length > MaxTokenBytes)
            throw new FormatException($"the token {id} of {token.Length} bytes is outside 0 to {MaxId}, or longer than {MaxTokenBytes} bytes");
        if (id >= _spans.Length)
            Array.Resize(ref _spans, Math.Max(id + 1, 2 * _spans.Length));
        if (_used + token.Length > _bytes.Length)
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        token.CopyTo(_bytes.AsSpan(_used));
        _spans[id] = (_used, token.Length);
        _used += token.Length;
        Count = Math.Max(Count, id + 1);
        ref int slot = ref Slot(token);
        if (slot != 0)
            return;
        slot = id + 1;
        if (2 * ++_taken > _slots.Length)
            Rehash();
    }

    /// <summary>The id of a token; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> token) => Slot(token) - 1;

    /// <summary>The id of each single byte.</summary>
    public int[] ByteIds()
    {
        var ids = new int[256];
        for (int value = 0; value < ids.Length; value++)
        {
            ids[value] = Find([(byte)value]);
            if (ids[value] < 0)
                throw new FormatException($"the vocabulary has no token for the byte {value}; it is not byte-level BPE");
        }
        return ids;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ref int Slot(ReadOnlySpan<byte> token)
    {
        int mask = _slots.Length - 1;
        // FNV-1a, with its upper half folded in.
        uint hash = 2166136261;
        foreach (byte value in token)
            hash = (hash ^ value) * 16777619;
        for (int i = (int)(hash ^ BitOperations.RotateRight(hash, 15)) & mask; ; i = (i + 1) & mask)
            if (_slots[i] == 0 || this[_slots[i] - 1].SequenceEqual(token))
                return ref _slots[i];
    }

    private void Rehash()
    {
        int[] old = _slots;
        _slots = new int[2 * old.Length];
        foreach (int taken in old)
            if (taken != 0)
                Slot(this[taken - 1]) = taken;
    }
}
