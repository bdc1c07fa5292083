using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Timbre.Loading.Weights;

/// <summary>
/// Reads the header of a <c>.npy</c> array: a dictionary of three Python literals, taken apart by hand and never evaluated.
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
/// </summary>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="IsColumnMajor">Whether the first axis is the one whose neighbours lie side by side.</param>
/// <param name="Length">Bytes of the header; the values follow.</param>
internal sealed record NpyHeader(TensorType Type, long[] Shape, bool IsColumnMajor, int Length)
{
    /// <summary>Bytes that are enough for any header.</summary>
    public const int MaxLength = 1 << 16;

    private const int MaxRank = 8;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>By kind and size; MLX writes bfloat16, which numpy does not have, as two bytes of any kind.</summary>
    private static readonly Dictionary<string, string> Types = new()
    {
        ["f2"] = "F16", ["f4"] = "F32", ["f8"] = "F64", ["V2"] = "BF16", ["b1"] = "BOOL", ["c8"] = "C64",
        ["i1"] = "I8", ["i2"] = "I16", ["i4"] = "I32", ["i8"] = "I64", ["u1"] = "U8", ["u4"] = "U32",
    };

    /// <summary>Parses the header.</summary>
    /// <param name="start">The array's first bytes: all, or <see cref="MaxLength"/>.</param>
    /// <exception cref="FormatException">It breaks the format, or has a type that is not read.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> start)
    {
        if (start.Length < 12 || !start.StartsWith(Magic))
            throw new FormatException("it is not an array of numpy");
        int version = start[6];
        if (version is not (1 or 2 or 3))
            throw new FormatException($"version {version} of the format is unknown");
        int prefix = version == 1 ? 10 : 12;
        ReadOnlySpan<byte> count = start[8..];
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(count) : BinaryPrimitives.ReadUInt32LittleEndian(count);
        if (length > start.Length - prefix)
            throw new FormatException($"its header claims {length} bytes");
        var literals = new Literals(Encoding.Latin1.GetString(start.Slice(prefix, (int)length)));
        (string type, bool isColumnMajor, long[] shape) = literals.ReadHeader();
        return new NpyHeader(FindType(type), shape, isColumnMajor, prefix + (int)length);
    }

    private static TensorType FindType(string type)
    {
        string name = type.Length > 0 && type[0] is '<' or '|' or '=' || type is [_, _, '1'] ? type[1..] : type;
        return Types.TryGetValue(name, out string? known) ? TensorType.Find(known)!
            : throw new FormatException($"its type '{type}' is not read; known are {string.Join(", ", Types.Keys)}, little-endian");
    }

    /// <summary>A cursor over the header's text.</summary>
    private sealed class Literals(string text)
    {
        private int _at;

        public (string Type, bool IsColumnMajor, long[] Shape) ReadHeader()
        {
            string? type = null;
            bool? isColumnMajor = null;
            long[]? shape = null;
            Expect('{');
            while (!Takes('}'))
            {
                string key = ReadText();
                Expect(':');
                if (key == "descr" && type is null)
                    type = ReadText();
                else if (key == "fortran_order" && isColumnMajor is null)
                    isColumnMajor = ReadFlag();
                else if (key == "shape" && shape is null)
                    shape = ReadShape();
                else
                    throw new FormatException($"its header has an unexpected '{key}'");
                if (!Takes(','))
                {
                    Expect('}');
                    break;
                }
            }
            return type is not null && isColumnMajor is { } order && shape is not null && Peek() == '\0'
                ? (type, order, shape) : throw new FormatException("its header is not 'descr', 'fortran_order' and 'shape'");
        }

        private long[] ReadShape()
        {
            var sizes = new List<long>();
            Expect('(');
            while (!Takes(')'))
            {
                int start = _at;
                while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                    _at++;
                ReadOnlySpan<char> digits = text.AsSpan(start, _at - start);
                bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long size);
                if (!isNumber || sizes.Count == MaxRank)
                    throw new FormatException("its shape is out of range");
                sizes.Add(size);
                if (!Takes(','))
                {
                    Expect(')');
                    break;
                }
            }
            return [.. sizes];
        }

        private string ReadText()
        {
            char quote = Peek();
            int end = quote is '\'' or '"' ? text.IndexOf(quote, _at + 1) : -1;
            if (end < 0)
                throw new FormatException("its header lacks a plain text; arrays of records and of Python objects are not read");
            string value = text[(_at + 1)..end];
            _at = end + 1;
            return value;
        }

        private bool ReadFlag()
        {
            Peek();
            foreach ((string word, bool value) in new[] { ("True", true), ("False", false) })
            {
                if (string.CompareOrdinal(text, _at, word, 0, word.Length) == 0)
                {
                    _at += word.Length;
                    return value;
                }
            }
            throw new FormatException("its 'fortran_order' is neither True nor False");
        }

        /// <summary>The next character that is no white space, or a zero at the end.</summary>
        private char Peek()
        {
            while (_at < text.Length && text[_at] is ' ' or '\n' or '\t' or '\r')
                _at++;
            return _at < text.Length ? text[_at] : '\0';
        }

        private bool Takes(char expected)
        {
            if (Peek() != expected)
                return false;
            _at++;
            Peek();
            return true;
        }

        private void Expect(char expected)
        {
            if (!Takes(expected))
                throw new FormatException($"its header lacks a '{expected}'");
        }
    }
}
