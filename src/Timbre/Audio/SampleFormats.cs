using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Timbre.Audio;

/// <summary>The one place where bytes become samples and samples become bytes.</summary>
internal static class SampleFormats
{
    private const ushort PcmTag = 1, FloatTag = 3, ALawTag = 6, MuLawTag = 7;

    private static readonly float[] ALawTable = BuildTable(ExpandALaw);
    private static readonly float[] MuLawTable = BuildTable(ExpandMuLaw);

    /// <summary>Bytes of a sample.</summary>
    public static int Size(SampleFormat format) => format switch
    {
        SampleFormat.Signed16 => 2,
        SampleFormat.Signed24 => 3,
        SampleFormat.Signed32 or SampleFormat.Float32 => 4,
        SampleFormat.Float64 => 8,
        _ => 1,
    };

    /// <summary>Whether a WAV format tag is one that is read without help.</summary>
    public static bool IsOurs(ushort tag) => tag is PcmTag or FloatTag or ALawTag or MuLawTag;

    /// <summary>The format that a WAV header describes, or null.</summary>
    public static SampleFormat? FromTag(ushort tag, int bits, int bytes) => (tag, bytes) switch
    {
        _ when bits == 0 => null,
        (PcmTag, 1) => SampleFormat.Unsigned8,
        (PcmTag, 2) => SampleFormat.Signed16,
        (PcmTag, 3) => SampleFormat.Signed24,
        (PcmTag, 4) => SampleFormat.Signed32,
        (FloatTag, 4) => SampleFormat.Float32,
        (FloatTag, 8) => SampleFormat.Float64,
        (ALawTag, 1) => SampleFormat.ALaw,
        (MuLawTag, 1) => SampleFormat.MuLaw,
        _ => null,
    };

    /// <summary>The WAV format tag.</summary>
    public static ushort Tag(SampleFormat format) => format switch
    {
        SampleFormat.Float32 or SampleFormat.Float64 => FloatTag,
        SampleFormat.ALaw => ALawTag,
        SampleFormat.MuLaw => MuLawTag,
        _ => PcmTag,
    };

    /// <summary>Samples of stored bytes; full scale is 1, what is not a number or not finite becomes 0.</summary>
    public static void Decode(SampleFormat format, ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        switch (format)
        {
            case SampleFormat.Unsigned8:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (bytes[i] - 128) / 128f;
                break;
            case SampleFormat.Signed16:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) / 32768f;
                break;
            case SampleFormat.Signed24:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (bytes[3 * i] | (bytes[(3 * i) + 1] << 8) | ((sbyte)bytes[(3 * i) + 2] << 16)) / 8388608f;
                break;
            case SampleFormat.Signed32:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]) / 2147483648f;
                break;
            case SampleFormat.Float32:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = Finite(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]));
                break;
            case SampleFormat.Float64:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = Finite((float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
                break;
            default:
                var table = format == SampleFormat.ALaw ? ALawTable : MuLawTable;
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = table[bytes[i]];
                break;
        }
    }

    /// <summary>
    /// Bytes of samples: rounded to the nearest step with the scale that <see cref="Decode"/> divides by, so that what was read is
    /// written back unchanged; beyond full scale they are clipped, except in floats; what is not finite becomes 0.
    /// </summary>
    public static void Encode(SampleFormat format, ReadOnlySpan<float> samples, Span<byte> bytes)
    {
        switch (format)
        {
            case SampleFormat.Unsigned8:
                for (var i = 0; i < samples.Length; i++)
                    bytes[i] = (byte)(Quantize(samples[i], 128) + 128);
                break;
            case SampleFormat.Signed16:
                for (var i = 0; i < samples.Length; i++)
                    BinaryPrimitives.WriteInt16LittleEndian(bytes[(2 * i)..], (short)Quantize(samples[i], 32768));
                break;
            case SampleFormat.Signed24:
                for (var i = 0; i < samples.Length; i++)
                {
                    var value = Quantize(samples[i], 8388608);
                    BinaryPrimitives.WriteInt16LittleEndian(bytes[(3 * i)..], (short)value);
                    bytes[(3 * i) + 2] = (byte)(value >> 16);
                }
                break;
            case SampleFormat.Signed32:
                for (var i = 0; i < samples.Length; i++)
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], Quantize(samples[i], 2147483648));
                break;
            case SampleFormat.Float32:
                for (var i = 0; i < samples.Length; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], Finite(samples[i]));
                break;
            case SampleFormat.Float64:
                for (var i = 0; i < samples.Length; i++)
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes[(8 * i)..], Finite(samples[i]));
                break;
            default:
                var table = format == SampleFormat.ALaw ? ALawTable : MuLawTable;
                for (var i = 0; i < samples.Length; i++)
                    bytes[i] = Nearest(table, Finite(samples[i]));
                break;
        }
    }

    /// <summary>Reverses the bytes of each sample, for big-endian files.</summary>
    public static void Reverse(SampleFormat format, Span<byte> bytes)
    {
        switch (Size(format))
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(bytes), MemoryMarshal.Cast<byte, short>(bytes));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(bytes), MemoryMarshal.Cast<byte, long>(bytes));
                break;
            case 3:
                for (var i = 0; i + 2 < bytes.Length; i += 3)
                    (bytes[i], bytes[i + 2]) = (bytes[i + 2], bytes[i]);
                break;
        }
    }

    private static float Finite(float value) => float.IsFinite(value) ? value : 0;

    private static int Quantize(float value, double scale) =>
        (int)Math.Round(Math.Clamp(Finite(value) * scale, -scale, scale - 1), MidpointRounding.ToEven);

    private static byte Nearest(float[] table, float value)
    {
        var best = 0;
        for (var i = 1; i < table.Length; i++)
        {
            if (Math.Abs(table[i] - value) < Math.Abs(table[best] - value))
                best = i;
        }
        return (byte)best;
    }

    private static float[] BuildTable(Func<int, int> expand)
    {
        var table = new float[256];
        for (var i = 0; i < table.Length; i++)
            table[i] = expand(i) / 32768f;
        return table;
    }

    /// <summary>ITU-T G.711, A-law: a sign, a chord of 3 bits and a step of 4; even bits are inverted on the line.</summary>
    private static int ExpandALaw(int code)
    {
        code ^= 0x55;
        var chord = (code >> 4) & 7;
        var step = ((code & 15) << 4) + 8;
        var magnitude = chord == 0 ? step : (step + 0x100) << (chord - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// <summary>ITU-T G.711, mu-law: as A-law with all bits inverted and a bias of 33 steps of 4.</summary>
    private static int ExpandMuLaw(int code)
    {
        code = ~code & 0xFF;
        var magnitude = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
