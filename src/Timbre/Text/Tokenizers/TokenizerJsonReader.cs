using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Timbre.Text.Tokenizers;

/// <summary>Reads byte-level BPE from Hugging Face's <c>tokenizer.json</c>: its vocabulary, merges, added tokens and pre-tokenizer.</summary>
internal ref struct TokenizerJsonReader
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly string _source;
    private readonly TokenTable _tokens = new();
    private readonly Dictionary<string, int> _added = [];

    private TokenizerJsonReader(ReadOnlySpan<byte> json, string source)
    {
        _json = json;
        _source = source;
    }

    public static ByteLevelTokenizer Read(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            return new TokenizerJsonReader(json, source).Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ModelNotSupportedException($"{source}: the file is broken: {error.Message}", error);
        }
    }

    private readonly ByteLevelTokenizer Read()
    {
        var sections = new Dictionary<string, Range>();
        var reader = new Utf8JsonReader(_json);
        reader.Read();
        FindSections(ref reader, "", sections);
        RequireByteLevelBpe(sections);
        ReadVocabulary(_json[sections["model.vocab"]]);
        if (sections.TryGetValue("added_tokens", out Range added))
            ReadAddedTokens(_json[added]);
        int[] byteIds = _tokens.ByteIds();
        BytePairMerges merges = ReadMerges(_json[sections["model.merges"]], byteIds);
        return new ByteLevelTokenizer(_tokens, merges, byteIds, ReadSplitter(Element(sections, "pre_tokenizer")), _added);
    }

    /// <summary>Where the value of each key lies, and of each key of the model, so that they can be read in any order.</summary>
    private static void FindSections(ref Utf8JsonReader reader, string prefix, Dictionary<string, Range> sections)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("an object was expected");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = prefix + reader.GetString();
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            if (name == "model")
                FindSections(ref reader, "model.", sections);
            else
                reader.Skip();
            sections[name] = start..(int)reader.BytesConsumed;
        }
    }

    private readonly JsonElement Element(Dictionary<string, Range> sections, string name)
    {
        if (!sections.TryGetValue(name, out Range range))
            return default;
        var reader = new Utf8JsonReader(_json[range]);
        return JsonElement.ParseValue(ref reader);
    }

    private readonly void RequireByteLevelBpe(Dictionary<string, Range> sections)
    {
        JsonElement type = Element(sections, "model.type");
        if ((type.ValueKind == JsonValueKind.String && type.GetString() != "BPE")
            || !sections.ContainsKey("model.vocab") || !sections.ContainsKey("model.merges"))
            throw Unsupported($"is of type '{type}'; byte-level BPE with a vocabulary and merges is supported");
        foreach (string key in (ReadOnlySpan<string>)["continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges"])
            if (Element(sections, "model." + key).ToString() is not ("" or "False"))
                throw Unsupported($"sets '{key}', which is not supported");
        JsonElement normalizer = Element(sections, "normalizer");
        if (normalizer.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            throw Unsupported($"has a normalizer, which is not supported: {normalizer}");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ReadVocabulary(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Span<byte> text = new byte[2 * TokenTable.MaxTokenBytes];
        Span<byte> bytes = stackalloc byte[2 * TokenTable.MaxTokenBytes];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> token = text[..Copy(ref reader, text)];
            int length = ByteLevelAlphabet.Decode(token, bytes);
            reader.Read();
            // What is not written in the alphabet stands for itself.
            _tokens.Add(reader.GetInt32(), length < 0 ? token : bytes[..length]);
        }
    }

    private readonly void ReadAddedTokens(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                continue;
            string? content = null;
            int? id = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isContent = reader.ValueTextEquals("content"u8), isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isContent)
                    content = reader.GetString();
                else if (isId)
                    id = reader.GetInt32();
                reader.Skip();
            }
            if (content is null || id is null)
                throw new JsonException("an added token has no content or no id");
            _tokens.Add(id.Value, Encoding.UTF8.GetBytes(content));
            _added[content] = id.Value;
        }
    }

    /// <summary>
    /// Reads the merges. Where they ascend by the id of their product, as in every vocabulary of GPT-2's making, the id is the rank,
    /// and a token without a merge lost its line and gets it back.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly BytePairMerges ReadMerges(ReadOnlySpan<byte> json, int[] byteIds)
    {
        List<(int Left, int Right, int Id)> pairs = ReadPairs(json);
        bool ascending = true;
        for (int i = 1; i < pairs.Count && ascending; i++)
            ascending = pairs[i - 1].Id <= pairs[i].Id;
        HashSet<int> added = [.. _added.Values];
        var merges = new BytePairMerges(pairs.Count);
        int next = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            (int left, int right, int id) = pairs[i];
            for (; ascending && next < id; next++)
                if (!added.Contains(next))
                    merges.AddRecovered(_tokens[next], byteIds, next, next);
            next = id + 1;
            merges.Add(left, right, ascending ? id : i, id);
        }
        return merges;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly List<(int Left, int Right, int Id)> ReadPairs(ReadOnlySpan<byte> json)
    {
        var pairs = new List<(int, int, int)>(1 << 16);
        var reader = new Utf8JsonReader(json);
        Span<byte> text = new byte[(4 * TokenTable.MaxTokenBytes) + 1];
        Span<byte> bytes = stackalloc byte[(4 * TokenTable.MaxTokenBytes) + 1];
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isArray = reader.TokenType == JsonTokenType.StartArray;
            if (isArray)
                reader.Read();
            int length = Copy(ref reader, text), split = length;
            if (isArray)
            {
                reader.Read();
                length += Copy(ref reader, text[split..]);
                reader.Read();
            }
            else
            {
                split = text[..length].IndexOf((byte)' ');
                if (split < 0)
                    throw new JsonException($"the merge '{Encoding.UTF8.GetString(text[..length])}' is not two tokens");
                text[(split + 1)..length].CopyTo(text[split..]);
                length--;
            }
            int leftLength = ByteLevelAlphabet.Decode(text[..split], bytes);
            int rightLength = ByteLevelAlphabet.Decode(text[split..length], bytes[Math.Max(0, leftLength)..]);
            int both = leftLength + rightLength, left = -1, right = -1, id = -1;
            if (leftLength > 0 && rightLength > 0)
                (left, right, id) = (_tokens.Find(bytes[..leftLength]), _tokens.Find(bytes[leftLength..both]), _tokens.Find(bytes[..both]));
            if (left < 0 || right < 0 || id < 0)
                throw new JsonException($"the merge to '{Encoding.UTF8.GetString(text[..length])}' names a token outside the vocabulary");
            pairs.Add((left, right, id));
        }
        return pairs;
    }

    private static int Copy(ref Utf8JsonReader reader, Span<byte> destination) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueSpan.Length <= destination.Length
            ? reader.CopyString(destination)
            : throw new JsonException("a token is no string, or too long");

    private readonly TextSplitter ReadSplitter(JsonElement element)
    {
        JsonElement[] steps = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("pretokenizers", out JsonElement list)
            ? [.. list.EnumerateArray()]
            : [element];
        TextSplitter? splitter = null;
        foreach (JsonElement step in steps)
        {
            string? type = step.ValueKind == JsonValueKind.Object ? step.GetProperty("type").GetString() : null;
            splitter = (type, splitter) switch
            {
                ("ByteLevel", _) when Flag(step, "add_prefix_space") => throw Unsupported("adds a space before a text, which is not supported"),
                ("ByteLevel", null) when !step.TryGetProperty("use_regex", out JsonElement use) || use.GetBoolean() => TextSplitter.Gpt2,
                ("ByteLevel", not null) when !Flag(step, "use_regex") => splitter,
                ("Split", null) when step.GetProperty("behavior").GetString() == "Isolated" && !Flag(step, "invert")
                    && step.GetProperty("pattern").TryGetProperty("Regex", out JsonElement pattern) => TextSplitter.FromPattern(pattern.GetString()!),
                _ => throw Unsupported($"has a pre-tokenizer that is not supported: {element}"),
            };
        }
        return splitter ?? throw Unsupported("has no pre-tokenizer");
    }

    private static bool Flag(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private readonly ModelNotSupportedException Unsupported(string what) => new($"{_source}: the tokenizer {what}.");
}
