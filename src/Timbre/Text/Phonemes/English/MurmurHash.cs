using System.Buffers.Binary;
using System.Numerics;

namespace Timbre.Text.Phonemes.English;

/// <summary>Austin Appleby's MurmurHash in the two forms that spaCy numbers strings and embedding rows with.</summary>
internal static class MurmurHash
{
    /// <summary>MurmurHash2, the 64-bit form for 64-bit machines ("64A").</summary>
    public static ulong Hash64A(ReadOnlySpan<byte> data, ulong seed)
    {
        const ulong Multiplier = 0xC6A4A7935BD1E995;
        ulong hash = seed ^ ((ulong)data.Length * Multiplier);
        while (data.Length >= 8)
        {
            ulong block = BinaryPrimitives.ReadUInt64LittleEndian(data) * Multiplier;
            hash = (hash ^ ((block ^ (block >> 47)) * Multiplier)) * Multiplier;
            data = data[8..];
        }
        if (data.Length > 0)
        {
            Span<byte> tail = stackalloc byte[8];
            tail.Clear();
            data.CopyTo(tail);
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(tail)) * Multiplier;
        }
        hash = (hash ^ (hash >> 47)) * Multiplier;
        return hash ^ (hash >> 47);
    }

    /// <summary>MurmurHash3 x64-128 of the eight bytes (little-endian) of a number.</summary>
    public static (ulong Low, ulong High) Hash128(ulong value, uint seed)
    {
        const int Length = sizeof(ulong);
        ulong mixed = BitOperations.RotateLeft(value * 0x87C37B91114253D5, 31) * 0x4CF5AD432745937F;
        ulong low = seed ^ mixed ^ Length;
        ulong high = seed ^ (ulong)Length;
        low += high;
        high += low;
        low = Finalize(low);
        high = Finalize(high);
        low += high;
        return (low, high + low);
    }

    private static ulong Finalize(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
