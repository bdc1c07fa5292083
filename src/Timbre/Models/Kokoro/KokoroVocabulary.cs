using System.Text;

namespace Timbre.Models.Kokoro;

/// <summary>Phoneme characters and their ids.</summary>
internal sealed class KokoroVocabulary
{
    private readonly Dictionary<Rune, int> _ids = [];

    /// <summary>Takes the config's table; keys of more than one character can never match and are left out.</summary>
    public KokoroVocabulary(IReadOnlyDictionary<string, int> table)
    {
        foreach ((string key, int id) in table)
        {
            if (Rune.DecodeFromUtf16(key, out Rune rune, out int length) == System.Buffers.OperationStatus.Done && length == key.Length)
                _ids[rune] = id;
        }
    }

    /// <summary>Characters of a phoneme string, known or not.</summary>
    public static int Length(string phonemes)
    {
        int length = phonemes.Length;
        foreach (char unit in phonemes)
        {
            if (char.IsLowSurrogate(unit))
                length--;
        }
        return length;
    }

    /// <summary>Characters that have an id.</summary>
    public int Count(string phonemes)
    {
        int count = 0;
        foreach (Rune rune in phonemes.EnumerateRunes())
            count += _ids.ContainsKey(rune) ? 1 : 0;
        return count;
    }

    /// <summary>0, the ids of the known characters, 0.</summary>
    public long[] Encode(string phonemes)
    {
        var ids = new List<long>(phonemes.Length + 2) { 0 };
        foreach (Rune rune in phonemes.EnumerateRunes())
        {
            if (_ids.TryGetValue(rune, out int id))
                ids.Add(id);
        }
        ids.Add(0);
        return [.. ids];
    }
}
