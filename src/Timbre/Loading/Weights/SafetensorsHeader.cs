using System.Buffers.Binary;
using System.Text.Json;

namespace Timbre.Loading.Weights;

/// <summary>
/// Reads the header of a safetensors file: eight bytes of length, then JSON. The file is taken as hostile: every number is
/// checked against the size of the file before anything is allocated for it.
/// Format: https://github.com/huggingface/safetensors#format.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The limit of the reference implementation.</summary>
    private const int MaxHeaderLength = 100_000_000;
    private const int MaxRank = 8;

    /// <summary>Parses the header.</summary>
    /// <param name="start">The file's first bytes: at least the header.</param>
    /// <param name="fileLength">Size of the file.</param>
    /// <param name="fileName">Name for messages.</param>
    /// <exception cref="WeightException">The header breaks the format.</exception>
    public static (Dictionary<string, TensorEntry> Entries, Dictionary<string, string> Metadata) Parse(
        ReadOnlySpan<byte> start, long fileLength, string fileName)
    {
        int headerLength = ReadLength(start, fileLength, fileName);
        var entries = new Dictionary<string, TensorEntry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            var json = new Utf8JsonReader(start.Slice(8, headerLength), new JsonReaderOptions { MaxDepth = 8 });
            Expect(ref json, JsonTokenType.StartObject, fileName);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                if (name == "__metadata__")
                    ReadMetadata(ref json, metadata, fileName);
                else if (!entries.TryAdd(name, ReadEntry(ref json, name, 8 + headerLength, fileLength, fileName)))
                    throw Broken(fileName, $"'{name}' stands in it twice");
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new WeightException($"{fileName}: the header is not the JSON of a safetensors file: {error.Message}", error);
        }
        CheckOverlaps(entries, fileName);
        return (entries, metadata);
    }

    /// <summary>The header's length in bytes, checked against the file.</summary>
    public static int ReadLength(ReadOnlySpan<byte> start, long fileLength, string fileName)
    {
        CheckFileLength(Math.Min(fileLength, start.Length), fileName);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length < 2 || length > MaxHeaderLength || (long)length > fileLength - 8)
            throw Broken(fileName, $"its header claims {length} bytes in a file of {fileLength} bytes");
        return (int)length;
    }

    /// <summary>Refuses what is too short for a length and an empty header; an empty file cannot even be mapped.</summary>
    public static void CheckFileLength(long fileLength, string fileName)
    {
        if (fileLength < 10)
            throw Broken(fileName, $"it has {fileLength} bytes, too few for a safetensors file");
    }

    private static void ReadMetadata(ref Utf8JsonReader json, Dictionary<string, string> metadata, string fileName)
    {
        Next(ref json, JsonTokenType.StartObject, fileName);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            Next(ref json, JsonTokenType.String, fileName);
            metadata[key] = json.GetString()!;
        }
    }

    private static TensorEntry ReadEntry(ref Utf8JsonReader json, string name, long dataStart, long fileLength, string fileName)
    {
        string? typeName = null;
        long[]? shape = null, offsets = null;
        Next(ref json, JsonTokenType.StartObject, fileName);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            switch (key)
            {
                case "dtype":
                    Next(ref json, JsonTokenType.String, fileName);
                    typeName = json.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(ref json, MaxRank, name, fileName);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref json, 2, name, fileName);
                    break;
                default:
                    throw Broken(fileName, $"'{name}' has the unknown field '{key}'");
            }
        }
        if (typeName is null || shape is null || offsets is not { Length: 2 })
            throw Broken(fileName, $"'{name}' lacks dtype, shape or data_offsets");
        TensorType type = TensorType.Find(typeName)
            ?? throw new WeightException($"{fileName}: '{name}' has the type {typeName}; known are {TensorType.Known}.");
        long dataLength = fileLength - dataStart;
        if (offsets[0] > offsets[1] || offsets[1] > dataLength)
            throw Broken(fileName, $"'{name}' lies at {offsets[0]}..{offsets[1]} of {dataLength} data bytes");
        long length = offsets[1] - offsets[0];
        if (TensorEntry.ByteCount(shape, type.Size) != length)
            throw Broken(fileName, $"'{name}' is {typeName} [{string.Join(", ", shape)}] but has {length} bytes");
        return new TensorEntry(name, type, shape, dataStart + offsets[0], length);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader json, int limit, string name, string fileName)
    {
        Next(ref json, JsonTokenType.StartArray, fileName);
        var numbers = new List<long>();
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            if (numbers.Count == limit || !json.TryGetInt64(out long number) || number < 0)
                throw Broken(fileName, $"'{name}' has a shape or offset out of range");
            numbers.Add(number);
        }
        Expect(ref json, JsonTokenType.EndArray, fileName, advance: false);
        return [.. numbers];
    }

    private static void CheckOverlaps(Dictionary<string, TensorEntry> entries, string fileName)
    {
        TensorEntry? last = null;
        foreach (TensorEntry entry in entries.Values.Where(entry => entry.Length > 0).OrderBy(entry => entry.Offset))
        {
            if (last is not null && entry.Offset < last.Offset + last.Length)
                throw Broken(fileName, $"'{entry.Name}' overlaps '{last.Name}'");
            last = entry;
        }
    }

    private static void Next(ref Utf8JsonReader json, JsonTokenType type, string fileName) => Expect(ref json, type, fileName);

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type, string fileName, bool advance = true)
    {
        if (advance && !json.Read() || json.TokenType != type)
            throw Broken(fileName, $"the header has {json.TokenType} where {type} belongs");
    }

    private static WeightException Broken(string fileName, string what) =>
        new($"{fileName}: not a whole safetensors file: {what}. Download it again.");
}
