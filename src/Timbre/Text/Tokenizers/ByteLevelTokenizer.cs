using System.Text;

namespace Timbre.Text.Tokenizers;

/// <summary>
/// Byte-level byte-pair encoding (Radford et al. 2019), read from Hugging Face's <c>tokenizer.json</c> or from <c>*.tiktoken</c> ranks.
/// </summary>
/// <remarks>
/// Microsoft.ML.Tokenizers reads both too, but has no way from an id to its bytes, takes several times as long to load,
/// and follows merge lists to the letter: the published Whisper base lost its first one (<c>Ġ t</c>), so that " the" became two tokens.
/// </remarks>
internal sealed class ByteLevelTokenizer
{
    private readonly TokenTable _tokens;
    private readonly BytePairMerges _merges;
    private readonly TextSplitter _splitter;
    private readonly Dictionary<string, int> _added;
    private readonly int[] _byteIds;

    internal ByteLevelTokenizer(
        TokenTable tokens, BytePairMerges merges, int[] byteIds, TextSplitter splitter, Dictionary<string, int> added) =>
        (_tokens, _merges, _byteIds, _splitter, _added) = (tokens, merges, byteIds, splitter, added);

    /// <summary>One more than the largest id.</summary>
    public int Count => _tokens.Count;

    /// <summary>Tokens that no text merges into, such as <c>&lt;|endoftext|&gt;</c>, with their ids.</summary>
    public IReadOnlyDictionary<string, int> AddedTokens => _added;

    /// <summary>The id of a token by its whole text; -1 where there is none.</summary>
    public int Find(string token) => _added.TryGetValue(token, out int id) ? id : _tokens.Find(Encoding.UTF8.GetBytes(token));

    /// <summary>Adds a token that the file lacks.</summary>
    public void Add(string token, int id)
    {
        if (_added.TryAdd(token, id))
            _tokens.Add(id, Encoding.UTF8.GetBytes(token));
    }

    /// <summary>The bytes of a token, which need not be whole characters; empty where no token has the id.</summary>
    public ReadOnlySpan<byte> GetBytes(int id) => _tokens[id];

    /// <summary>Plain text as ids; what looks like an added token is text as well.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int>(text.Length / 2 + 4);
        Span<byte> bytes = stackalloc byte[512];
        Span<int> pieces = stackalloc int[512];
        foreach (Range range in _splitter.Split(text))
        {
            ReadOnlySpan<char> piece = text.AsSpan(range);
            int length = Encoding.UTF8.GetMaxByteCount(piece.Length);
            if (length > bytes.Length)
            {
                bytes = new byte[length];
                pieces = new int[length];
            }
            length = Encoding.UTF8.GetBytes(piece, bytes);
            for (int i = 0; i < length; i++)
                pieces[i] = _byteIds[bytes[i]];
            ids.AddRange(pieces[.._merges.Apply(pieces[..length])]);
        }
        return [.. ids];
    }

    /// <summary>The bytes of several tokens, one after the other.</summary>
    public byte[] GetBytes(ReadOnlySpan<int> ids)
    {
        int length = 0;
        foreach (int id in ids)
            length += _tokens[id].Length;
        var bytes = new byte[length];
        Span<byte> rest = bytes;
        foreach (int id in ids)
        {
            _tokens[id].CopyTo(rest);
            rest = rest[_tokens[id].Length..];
        }
        return bytes;
    }

    /// <summary>Ids as text; bytes that are no character become U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString(GetBytes(ids));
}
