using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>The CMU Pronouncing Dictionary: a line for each word (<c>word PH O1 N Z</c>), sorted by the words' bytes, compressed with Brotli.</summary>
internal sealed class PronouncingDictionary
{
    private const int SizeLimit = 1 << 26;
    private readonly byte[] _lines;

    /// <summary>Reads the file.</summary>
    public PronouncingDictionary(string path) => _lines = BrotliFile.Read(path, SizeLimit);

    /// <summary>The phones of a word in lower case, with the stress digit on vowels; null where it is not listed.</summary>
    public string[]? Find(string word)
    {
        byte[] key = Encoding.UTF8.GetBytes(word + ' ');
        int low = 0, high = _lines.Length;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            int start = low + _lines.AsSpan(low, middle - low).LastIndexOf((byte)'\n') + 1;
            int length = _lines.AsSpan(start).IndexOf((byte)'\n');
            var line = length < 0 ? _lines.AsSpan(start) : _lines.AsSpan(start, length);
            if (line.StartsWith(key)) return Encoding.UTF8.GetString(line[key.Length..]).Split(' ');
            if (line[..(line.IndexOf((byte)' ') + 1)].SequenceCompareTo(key) < 0) low = start + line.Length + 1;
            else high = start;
        }
        return null;
    }
}
