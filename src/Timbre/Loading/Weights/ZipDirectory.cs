using System.Buffers.Binary;
using System.Text;

namespace Timbre.Loading.Weights;

/// <summary>
/// Reads the central directory of a zip archive, for <see cref="System.IO.Compression.ZipArchive"/> does not tell where a member's bytes
/// lie, and to map them is the point. The file is taken as hostile: every number is checked against its size, members may not overlap, and
/// none of them may be there twice. Format: PKWARE APPNOTE 6.3.
/// </summary>
internal static class ZipDirectory
{
    private const uint LocalSignature = 0x04034b50, CentralSignature = 0x02014b50, EndSignature = 0x06054b50;
    private const uint Zip64EndSignature = 0x06064b50, Zip64LocatorSignature = 0x07064b50;
    private const int LocalLength = 30, CentralLength = 46, EndLength = 22, Zip64EndLength = 56, Zip64LocatorLength = 20;
    private const int MaxDirectoryLength = 64 << 20;

    /// <summary>Deflate cannot make more of a byte.</summary>
    private const long MaxExpansion = 1032;

    /// <summary>Whether a file that begins so is such an archive.</summary>
    public static bool IsZip(ReadOnlySpan<byte> start) => start.Length >= 4 && U32(start, 0) == LocalSignature;

    /// <summary>The members by name.</summary>
    /// <exception cref="WeightException">The archive is broken, or packed in a way that is not read.</exception>
    public static IReadOnlyDictionary<string, ZipEntry> Read(MappedFile file)
    {
        (long start, long length) = FindDirectory(file);
        if (start < 0 || length < 0 || length > file.Length - start)
            throw Broken(file, $"its directory would lie at {start} with {length} bytes");
        if (length > MaxDirectoryLength)
            throw Broken(file, $"its directory claims {length} bytes, more than any checkpoint has");
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var spans = new List<(long Start, long End, string Name)>();
        ReadOnlySpan<byte> directory = file.Span(start, length);
        while (directory.Length > 0)
        {
            if (directory.Length < CentralLength || U32(directory, 0) != CentralSignature)
                throw Broken(file, "its directory breaks off");
            int nameLength = U16(directory, 28), extraLength = U16(directory, 30);
            int total = CentralLength + nameLength + extraLength + U16(directory, 32);
            if (total > directory.Length)
                throw Broken(file, "its directory breaks off");
            (ZipEntry entry, long header) = ReadEntry(file, directory[..total], nameLength, extraLength, start);
            if (!entries.TryAdd(entry.Name, entry))
                throw Broken(file, $"'{entry.Name}' stands in it twice");
            spans.Add((header, entry.Offset + entry.PackedLength, entry.Name));
            directory = directory[total..];
        }
        CheckOverlaps(file, spans);
        return entries;
    }

    private static (long Start, long Length) FindDirectory(MappedFile file)
    {
        int tailLength = (int)Math.Min(file.Length, EndLength + ushort.MaxValue);
        ReadOnlySpan<byte> tail = file.Span(file.Length - tailLength, tailLength);
        int at = tail.Length - EndLength;
        while (at >= 0 && !(U32(tail, at) == EndSignature && U16(tail, at + 20) == tail.Length - at - EndLength))
            at--;
        if (at < 0)
            throw Broken(file, "it has no end; the file is cut off");
        long end = file.Length - tail.Length + at, locator = end - Zip64LocatorLength;
        if (locator < 0 || U32(file.Span(locator, 4), 0) != Zip64LocatorSignature)
            return (U32(tail, at + 16), U32(tail, at + 12));
        long end64 = I64(file.Span(locator, Zip64LocatorLength), 8);
        if (end64 < 0 || end64 > locator - Zip64EndLength)
            throw Broken(file, $"its 64-bit end would lie at {end64}");
        ReadOnlySpan<byte> record = file.Span(end64, Zip64EndLength);
        return U32(record, 0) == Zip64EndSignature ? (I64(record, 48), I64(record, 40))
            : throw Broken(file, "its 64-bit end is not where it should be");
    }

    private static (ZipEntry Entry, long Header) ReadEntry(
        MappedFile file, ReadOnlySpan<byte> record, int nameLength, int extraLength, long directoryStart)
    {
        ReadOnlySpan<byte> nameBytes = record.Slice(CentralLength, nameLength);
        string name = Encoding.UTF8.GetString(nameBytes);
        int method = U16(record, 10);
        if ((U16(record, 8) & 1) != 0)
            throw new WeightException($"{file.Name}: '{name}' is encrypted. Write the file without a password.");
        if (method is not (0 or 8))
            throw new WeightException($"{file.Name}: '{name}' is packed by method {method}; stored (0) and deflate (8) are read.");
        long length = U32(record, 24), packed = U32(record, 20), header = U32(record, 42);
        ReadZip64(record.Slice(CentralLength + nameLength, extraLength), ref length, ref packed, ref header);
        if (header < 0 || header > directoryStart - LocalLength || U32(file.Span(header, LocalLength), 0) != LocalSignature)
            throw Broken(file, $"'{name}' would begin at {header}");
        ReadOnlySpan<byte> local = file.Span(header, LocalLength);
        long offset = header + LocalLength + U16(local, 26) + U16(local, 28);
        if (packed < 0 || offset > directoryStart || packed > directoryStart - offset)
            throw Broken(file, $"'{name}' claims {packed} bytes at {offset}");
        if (!file.Span(header + LocalLength, U16(local, 26)).SequenceEqual(nameBytes) || U16(local, 8) != method)
            throw Broken(file, $"'{name}' is another file where it stands");
        if (method == 0 ? length != packed : length < 0 || length / MaxExpansion > packed)
            throw Broken(file, $"'{name}' claims {length} bytes out of {packed}");
        return (new ZipEntry(name, offset, packed, length) { IsDeflated = method == 8 }, header);
    }

    /// <summary>Numbers that do not fit 32 bits stand, in this order, in an extra field.</summary>
    private static void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        while (extra.Length >= 4)
        {
            int size = Math.Min(U16(extra, 2), extra.Length - 4);
            if (U16(extra, 0) == 1)
            {
                ReadOnlySpan<byte> numbers = extra.Slice(4, size);
                Take(ref length, ref numbers);
                Take(ref packed, ref numbers);
                Take(ref header, ref numbers);
                return;
            }
            extra = extra[(4 + size)..];
        }
    }

    private static void Take(ref long number, ref ReadOnlySpan<byte> numbers)
    {
        if (number != uint.MaxValue || numbers.Length < 8)
            return;
        number = I64(numbers, 0);
        numbers = numbers[8..];
    }

    private static void CheckOverlaps(MappedFile file, List<(long Start, long End, string Name)> spans)
    {
        spans.Sort();
        for (int i = 1; i < spans.Count; i++)
        {
            if (spans[i].Start < spans[i - 1].End)
                throw Broken(file, $"'{spans[i].Name}' overlaps '{spans[i - 1].Name}'");
        }
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static WeightException Broken(MappedFile file, string what) =>
        new($"{file.Name}: not a whole zip archive: {what}. Download it again.");
}
