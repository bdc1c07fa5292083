using System.IO.Compression;
using System.Text;

namespace Timbre.Tests.Loading.Weights;

/// <summary>Writes zip archives for tests as PyTorch (stored) and numpy (stored or deflated) do, with 64-bit fields if asked.</summary>
internal sealed class ZipBuilder(bool isZip64 = false)
{
    private readonly MemoryStream _file = new();
    private readonly MemoryStream _directory = new();
    private int _count;

    /// <summary>Where the next member's header will stand.</summary>
    public long Position => _file.Position;

    /// <summary>Adds a member.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="isDeflated">Whether to compress it.</param>
    /// <param name="align">The multiple of bytes at which its content begins, as PyTorch pads it.</param>
    /// <param name="claimedLength">What to say that it unpacks to, where that is not the truth.</param>
    /// <param name="headerAt">Where to say that its header stands, where that is not the truth.</param>
    /// <param name="method">How to say that it is packed, where that is not the truth.</param>
    /// <param name="flags">Its flags; 1 says that it is encrypted.</param>
    public ZipBuilder Add(
        string name, byte[] bytes, bool isDeflated = false, int align = 1, long? claimedLength = null, long? headerAt = null,
        ushort? method = null, ushort flags = 0)
    {
        byte[] nameBytes = Encoding.UTF8.GetBytes(name), packed = isDeflated ? Deflate(bytes) : bytes;
        long header = headerAt ?? _file.Position, length = claimedLength ?? bytes.Length;
        ushort how = method ?? (ushort)(isDeflated ? 8 : 0);
        int padding = align > 1 ? (int)((align - (_file.Position + 30 + nameBytes.Length + 4) % align) % align) : -4;
        Write(_file, 0x04034b50u, (ushort)20, flags, how, 0u, 0u, (uint)packed.Length, (uint)length, (ushort)nameBytes.Length, (ushort)(padding + 4));
        _file.Write(nameBytes);
        if (padding >= 0)
        {
            Write(_file, (ushort)0x4246, (ushort)padding);
            _file.Write(new byte[padding]);
        }
        _file.Write(packed);
        Write(_directory, 0x02014b50u, (ushort)20, (ushort)20, flags, how, 0u, 0u);
        if (isZip64)
            Write(_directory, uint.MaxValue, uint.MaxValue, (ushort)nameBytes.Length, (ushort)28, (ushort)0, (ushort)0, (ushort)0, 0u, uint.MaxValue);
        else
            Write(_directory, (uint)packed.Length, (uint)length, (ushort)nameBytes.Length, (ushort)0, (ushort)0, (ushort)0, (ushort)0, 0u, (uint)header);
        _directory.Write(nameBytes);
        if (isZip64)
            Write(_directory, (ushort)1, (ushort)24, length, (long)packed.Length, header);
        _count++;
        return this;
    }

    /// <summary>The archive.</summary>
    public byte[] Build()
    {
        var output = new MemoryStream();
        output.Write(_file.ToArray());
        output.Write(_directory.ToArray());
        if (isZip64)
        {
            Write(output, 0x06064b50u, 44L, (ushort)45, (ushort)45, 0u, 0u, (long)_count, (long)_count, _directory.Length, _file.Length);
            Write(output, 0x07064b50u, 0u, _file.Length + _directory.Length, 1u);
            Write(output, 0x06054b50u, (ushort)0, (ushort)0, ushort.MaxValue, ushort.MaxValue, uint.MaxValue, uint.MaxValue, (ushort)0);
        }
        else
        {
            Write(output, 0x06054b50u, (ushort)0, (ushort)0, (ushort)_count, (ushort)_count, (uint)_directory.Length, (uint)_file.Length, (ushort)0);
        }
        return output.ToArray();
    }

    private static byte[] Deflate(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(bytes);
        return packed.ToArray();
    }

    private static void Write(Stream stream, params object[] numbers)
    {
        foreach (object number in numbers)
        {
            stream.Write(number switch
            {
                ushort value => BitConverter.GetBytes(value),
                uint value => BitConverter.GetBytes(value),
                long value => BitConverter.GetBytes(value),
                _ => throw new ArgumentException($"{number.GetType()} is not a field of a zip archive", nameof(numbers)),
            });
        }
    }
}
