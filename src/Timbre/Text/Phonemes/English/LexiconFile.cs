using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// One pronunciation dictionary: a JSON object from word to phonemes, or from word to a table of phonemes by part of speech.
/// The JSON stays in memory as it is; a hash table of key positions finds an entry, which is parsed only when it is asked for.
/// </summary>
internal sealed class LexiconFile
{
    private const int SizeLimit = 1 << 28;
    private readonly byte[] _json;
    private readonly int[] _slots;

    private LexiconFile(byte[] json)
    {
        _json = json;
        _slots = Index(json, KeyPositions(json));
    }

    /// <summary>Opens a lexicon compressed with Brotli.</summary>
    /// <exception cref="InvalidDataException">The file is not a lexicon.</exception>
    public static LexiconFile Open(string path)
    {
        var json = BrotliFile.Read(path, SizeLimit);
        try
        {
            return new LexiconFile(json);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: not a lexicon: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the word has an entry; a lower-case entry also counts capitalised, and a capitalised one in lower case.</summary>
    public bool Contains(string word) => TryFind(word, out _);

    /// <summary>
    /// The word's reading: for a table the one before a pause where that is asked and given, else the tag's, else its class's, else the default.
    /// True with null where the entry has no sound for the tag.
    /// </summary>
    public bool TryRead(string word, string? tag, bool beforePause, out string? phonemes)
    {
        phonemes = null;
        if (!TryFind(word, out var value)) return false;
        var reader = new Utf8JsonReader(_json.AsSpan(value), isFinalBlock: true, default);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) phonemes = ReadTable(ref reader, tag, beforePause);
        else phonemes = reader.GetString();
        return true;
    }

    private static string? ReadTable(ref Utf8JsonReader reader, string? tag, bool beforePause)
    {
        Span<string?> wanted = [beforePause ? "None" : null, tag, PennTag.ClassOf(tag), "DEFAULT"];
        var best = wanted.Length;
        string? phonemes = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var rank = 0;
            while (rank < best && (wanted[rank] is not { } name || !reader.ValueTextEquals(name))) rank++;
            reader.Read();
            if (rank >= best) continue;
            best = rank;
            phonemes = reader.GetString();
        }
        return phonemes;
    }

    private bool TryFind(string word, out int value) => TryFindExact(word, out value)
        || (OtherCase(word) is { } other && TryFindExact(other, out value));

    /// <summary>The lower-case form of a capitalised word, the capitalised form of a lower-case one.</summary>
    private static string? OtherCase(string word)
    {
        if (word.Length < 2) return null;
        var lower = word.ToLowerInvariant();
        var capitalised = char.ToUpperInvariant(lower[0]) + lower[1..];
        return word == lower && word != capitalised ? capitalised : word == capitalised && word != lower ? lower : null;
    }

    private bool TryFindExact(string word, out int value)
    {
        value = 0;
        if (word.Length > 128) return false;
        Span<byte> key = stackalloc byte[word.Length * 3];
        key = key[..Encoding.UTF8.GetBytes(word, key)];
        for (var slot = Hash(key) & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            var candidate = _json.AsSpan(_slots[slot]);
            if (!candidate.StartsWith(key) || candidate[key.Length] != '"') continue;
            value = _slots[slot] + key.Length + 1;
            value += _json.AsSpan(value).IndexOf((byte)':') + 1;
            return true;
        }
        return false;
    }

    /// <summary>An open-addressed table of key positions, at most half full; zero marks a free slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Index(byte[] json, List<int> keys)
    {
        var slots = new int[BitOperations.RoundUpToPowerOf2((uint)(keys.Count * 2) + 1)];
        foreach (var key in keys)
        {
            var slot = Hash(json.AsSpan(key, json.AsSpan(key).IndexOf((byte)'"'))) & (slots.Length - 1);
            while (slots[slot] != 0) slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = key;
        }
        return slots;
    }

    /// <summary>
    /// Where the keys of the outer object begin. A scan of its own, compiled in full at once: a JSON reader needs several times longer
    /// for a file that is read once, right after the start of the process.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static List<int> KeyPositions(byte[] json)
    {
        var positions = new List<int>(1 << 17);
        var depth = 0;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '{') depth++;
            else if (json[i] == '}') depth--;
            if (json[i] != '"') continue;
            var start = ++i;
            while (i < json.Length && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
            var next = i + 1;
            while (next < json.Length && json[next] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') next++;
            if (depth == 1 && next < json.Length && json[next] == ':') positions.Add(start);
        }
        return depth == 0 && positions.Count > 0 ? positions : throw new InvalidDataException("it is not one whole JSON object");
    }

    /// <summary>FNV-1a, folded so that its low bits hold all of it.</summary>
    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u;
        foreach (var octet in key) hash = (hash ^ octet) * 16777619u;
        return (int)((hash ^ (hash >> 15)) & int.MaxValue);
    }
}
