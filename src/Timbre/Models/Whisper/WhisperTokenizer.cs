using System.Buffers;
using System.Globalization;
using System.Text;
using Timbre.Text.Tokenizers;

namespace Timbre.Models.Whisper;

/// <summary>
/// Whisper's vocabulary: text by byte-level BPE, then tokens for the end, the start, languages, tasks and times
/// (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision"). Ids are found by name, else by their fixed order.
/// </summary>
internal sealed class WhisperTokenizer
{
    /// <summary>Seconds between two timestamp tokens.</summary>
    public const double TimestampStep = 0.02;

    /// <summary>Tokens from <c>&lt;|0.00|&gt;</c> to <c>&lt;|30.00|&gt;</c>.</summary>
    public const int TimestampCount = 1501;

    // Text, tasks and timestamps of a multilingual model: what is left are languages.
    private const int MultilingualIdsWithoutLanguages = 51766;

    private readonly ByteLevelTokenizer _vocabulary;
    private readonly Dictionary<string, int> _languages = [];

    public WhisperTokenizer(ByteLevelTokenizer vocabulary, int vocabularySize)
    {
        _vocabulary = vocabulary;
        IsMultilingual = vocabularySize >= WhisperVocabularies.SmallestMultilingual;
        int languages = IsMultilingual ? Math.Min(vocabularySize - MultilingualIdsWithoutLanguages, WhisperLanguages.Codes.Count) : 99;
        EndOfText = Name(vocabulary.Count, "<|endoftext|>");
        StartOfTranscript = Name(EndOfText + 1, "<|startoftranscript|>");
        for (int i = 0; i < languages; i++)
            _languages[WhisperLanguages.Codes[i]] = Name(EndOfText + 2 + i, $"<|{WhisperLanguages.Codes[i]}|>");
        int tasks = EndOfText + 2 + languages;
        Translate = Name(tasks, "<|translate|>");
        Transcribe = Name(tasks + 1, "<|transcribe|>");
        StartOfLanguageModel = Name(tasks + 2, "<|startoflm|>");
        StartOfPrevious = Name(tasks + 3, "<|startofprev|>");
        NoSpeech = Name(tasks + 4, "<|nospeech|>", "<|nocaptions|>");
        NoTimestamps = Name(tasks + 5, "<|notimestamps|>");
        FirstTimestamp = Name(NoTimestamps + 1, "<|0.00|>");
        for (int i = 1; i < TimestampCount; i++)
            Name(FirstTimestamp + i, string.Create(CultureInfo.InvariantCulture, $"<|{i * TimestampStep:F2}|>"));
    }

    /// <summary>Reads the vocabulary of a checkpoint folder.</summary>
    /// <exception cref="ModelNotSupportedException">The vocabulary is broken, or not that of a network of this size.</exception>
    public static WhisperTokenizer Load(string folder, int vocabularySize)
    {
        var tokenizer = new WhisperTokenizer(WhisperVocabularies.Load(folder, vocabularySize), vocabularySize);
        int size = tokenizer.FirstTimestamp + TimestampCount;
        return size <= vocabularySize
            ? tokenizer
            : throw new ModelNotSupportedException(
                $"{folder}: the vocabulary has {size} tokens, the network {vocabularySize}; put the checkpoint's own tokenizer.json into the folder.");
    }

    public bool IsMultilingual { get; }

    public int EndOfText { get; }

    public int StartOfTranscript { get; }

    public int Translate { get; }

    public int Transcribe { get; }

    public int StartOfLanguageModel { get; }

    public int StartOfPrevious { get; }

    /// <summary><c>&lt;|nospeech|&gt;</c>, spelled <c>&lt;|nocaptions|&gt;</c> in checkpoints before large-v3.</summary>
    public int NoSpeech { get; }

    public int NoTimestamps { get; }

    /// <summary><c>&lt;|0.00|&gt;</c>.</summary>
    public int FirstTimestamp { get; }

    /// <summary>Language codes with their tokens, in the order of the tokens.</summary>
    public IReadOnlyDictionary<string, int> Languages => _languages;

    /// <summary>What a transcript begins with.</summary>
    /// <param name="language">Language code; English-only models have no token for it.</param>
    /// <param name="task">Transcribe or translate.</param>
    /// <param name="timestamps">Whether timestamps are wanted.</param>
    public int[] StartSequence(string language, TranscriptionTask task, bool timestamps = true)
    {
        int[] start = !IsMultilingual
            ? [StartOfTranscript]
            : [StartOfTranscript, LanguageToken(language), task == TranscriptionTask.Translate ? Translate : Transcribe];
        return timestamps ? start : [.. start, NoTimestamps];
    }

    /// <summary>The token of a language code.</summary>
    /// <exception cref="ArgumentException">This model has no such language.</exception>
    public int LanguageToken(string code) => _languages.TryGetValue(code, out int token)
        ? token
        : throw new ArgumentException($"This Whisper model has no language '{code}'; it has {string.Join(' ', _languages.Keys)}.", nameof(code));

    /// <summary>Text as ids; special tokens are not recognised in it.</summary>
    public int[] Encode(string text) => _vocabulary.Encode(text);

    /// <summary>Ids as text, without timestamps; other special tokens are kept as text.</summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        int[] text = ArrayPool<int>.Shared.Rent(ids.Length);
        int count = 0;
        foreach (int id in ids)
            if (id < FirstTimestamp)
                text[count++] = id;
        string decoded = _vocabulary.Decode(text.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(text);
        return decoded;
    }

    /// <summary>Ids as text, timestamps as <c>&lt;|1.08|&gt;</c>.</summary>
    public string DecodeWithTimestamps(ReadOnlySpan<int> ids) => _vocabulary.Decode(ids);

    /// <summary>Seconds of a timestamp token.</summary>
    public double Seconds(int timestamp) => (timestamp - FirstTimestamp) * TimestampStep;

    /// <summary>The ids cut into words, each with its text: at every character where words are not spaced, else at spaces and signs.</summary>
    public List<WhisperPiece> SplitWords(ReadOnlySpan<int> ids, string language)
    {
        List<WhisperPiece> characters = SplitCharacters(ids);
        return WhisperLanguages.IsUnspaced(language) ? characters : JoinWords(characters);
    }

    /// <summary>The shortest runs of ids that end where a character ends.</summary>
    private List<WhisperPiece> SplitCharacters(ReadOnlySpan<int> ids)
    {
        var pieces = new List<WhisperPiece>(ids.Length);
        ReadOnlySpan<byte> bytes = _vocabulary.GetBytes(ids);
        int first = 0, start = 0, end = 0, boundary = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            end += _vocabulary.GetBytes(ids[i]).Length;
            while (boundary < end)
            {
                Rune.DecodeFromUtf8(bytes[boundary..], out _, out int length);
                boundary += length;
            }
            if (boundary != end)
                continue;
            pieces.Add(new WhisperPiece(Encoding.UTF8.GetString(bytes[start..end]), ids[first..(i + 1)].ToArray()));
            (first, start) = (i + 1, end);
        }
        return pieces;
    }

    private List<WhisperPiece> JoinWords(List<WhisperPiece> pieces)
    {
        var words = new List<WhisperPiece>(pieces.Count);
        foreach (WhisperPiece piece in pieces)
        {
            bool starts = words.Count == 0 || piece.Ids[0] >= EndOfText || piece.Text.StartsWith(' ') || IsPunctuation(piece.Text);
            if (starts)
                words.Add(piece);
            else
                words[^1] = new WhisperPiece(words[^1].Text + piece.Text, [.. words[^1].Ids, .. piece.Ids]);
        }
        return words;
    }

    // A run of signs counts where ASCII has them in this order, as in the original; white space alone counts too.
    private static bool IsPunctuation(string text) =>
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".Contains(text.Trim(), StringComparison.Ordinal);

    private int Name(int id, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (_vocabulary.Find(name) is var known and >= 0)
                return known;
        _vocabulary.Add(names[0], id);
        return id;
    }
}
