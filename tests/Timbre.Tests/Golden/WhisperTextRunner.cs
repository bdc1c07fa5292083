using System.Text.Json;
using Timbre.Models.Whisper;

namespace Timbre.Tests.Golden;

/// <summary>What Whisper does without its network: vocabulary, rules over logits, alignment.</summary>
internal sealed class WhisperTextRunner : IGoldenRunner
{
    private static readonly Dictionary<string, Action<GoldenCase, GoldenCheck>> Operations = new()
    {
        ["whisper.tokenizer"] = RunTokenizer,
        ["whisper.suppress_tokens"] = RunSuppression,
        ["whisper.timestamp_rules"] = RunTimestampRules,
        ["whisper.median_filter"] = RunMedianFilter,
        ["whisper.dtw"] = RunTimeWarping,
    };

    public string Family => "whisper";

    public IEnumerable<string> Entries => Operations.Keys;

    public void Run(GoldenCase golden, GoldenCheck check) => Operations[golden.Entry](golden, check);

    private static void RunTokenizer(GoldenCase golden, GoldenCheck check)
    {
        WhisperTokenizer tokenizer = Tokenizer(golden.ModelFolder());
        check.Expect("encode", golden.Argument<string[]>("texts", []).Select(text => new { text, ids = tokenizer.Encode(text) }));
        foreach (string text in golden.Argument<string[]>("texts", []))
            if (tokenizer.Decode(tokenizer.Encode(text)) is var decoded && decoded != text)
                check.Fail("decode", $"'{text}' became '{decoded}'");
        if (golden.Expect.TryGetProperty("decode", out JsonElement decode))
            check.Expect("decode", decode.EnumerateArray().Select(item => new { ids = item.GetProperty("ids"), text = tokenizer.Decode(Ints(item.GetProperty("ids"))) }));
        check.Expect("split_words", golden.Expect.GetProperty("split_words").EnumerateArray().Select(item =>
        {
            string language = item.GetProperty("language").GetString()!;
            List<WhisperPiece> words = tokenizer.SplitWords(Ints(item.GetProperty("ids")), language);
            return new { language, ids = item.GetProperty("ids"), words = words.Select(word => word.Text), tokens = words.Select(word => word.Ids) };
        }));
    }

    private static void RunSuppression(GoldenCase golden, GoldenCheck check)
    {
        int[] ids = [.. golden.Argument("suppress_tokens", "-1").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        foreach (JsonProperty vocabulary in golden.Expect.EnumerateObject())
        {
            WhisperTokenizer tokenizer = NamedTokenizer(golden, vocabulary.Name);
            var actual = new Dictionary<string, object>
            {
                ["suppress"] = WhisperSuppression.SuppressedTokens(tokenizer, ids),
                ["blank"] = WhisperSuppression.BlankTokens(tokenizer),
                ["sot_sequence"] = tokenizer.StartSequence("en", TranscriptionTask.Transcribe),
                ["special"] = new
                {
                    eot = tokenizer.EndOfText,
                    sot = tokenizer.StartOfTranscript,
                    en = tokenizer.LanguageToken("en"),
                    translate = tokenizer.Translate,
                    transcribe = tokenizer.Transcribe,
                    sot_lm = tokenizer.StartOfLanguageModel,
                    sot_prev = tokenizer.StartOfPrevious,
                    no_speech = tokenizer.NoSpeech,
                    no_timestamps = tokenizer.NoTimestamps,
                    timestamp_begin = tokenizer.FirstTimestamp,
                },
            };
            // What the reference gives where it is wrong is not compared.
            foreach (JsonProperty reference in vocabulary.Value.EnumerateObject().Where(item => item.Name.StartsWith("ref_", StringComparison.Ordinal)))
                actual[reference.Name] = reference.Value;
            check.Expect(vocabulary.Name, actual);
        }
    }

    /// <summary>A model of the family, or <c>real english-only</c>, <c>real multilingual, 100 languages</c>: the built-in vocabularies.</summary>
    private static WhisperTokenizer NamedTokenizer(GoldenCase golden, string name)
    {
        if (!name.StartsWith("real ", StringComparison.Ordinal))
            return Tokenizer(golden.ModelFolder(name));
        string digits = string.Concat(name.Where(char.IsAsciiDigit));
        return digits.Length == 0
            ? new WhisperTokenizer(WhisperVocabularies.BuiltIn("gpt2"), WhisperVocabularies.SmallestMultilingual - 1)
            : new WhisperTokenizer(WhisperVocabularies.BuiltIn("multilingual"), WhisperVocabularies.SmallestMultilingual - 99 + int.Parse(digits));
    }

    private static void RunTimestampRules(GoldenCase golden, GoldenCheck check)
    {
        WhisperTokenizer tokenizer = Tokenizer(golden.ModelFolder());
        GoldenTensor logits = golden[golden.Argument("logits", "in.logits")];
        int vocabulary = (int)logits.Shape[1], stride = (vocabulary + 7) / 8;
        JsonElement[] rows = [.. golden.Args.GetProperty("rows").EnumerateArray()];
        var allowed = new int[rows.Length * stride];
        for (int row = 0; row < rows.Length; row++)
        {
            float[] values = logits.Floats[(row * vocabulary)..((row + 1) * vocabulary)];
            double? latest = rows[row].GetProperty("max_initial_timestamp_index") is { ValueKind: JsonValueKind.Number } index
                ? index.GetInt32() * WhisperTokenizer.TimestampStep
                : null;
            int[] sampled = Ints(rows[row].GetProperty("tokens"))[rows[row].GetProperty("sample_begin").GetInt32()..];
            new WhisperTimestampRule(tokenizer, latest).Apply(values, sampled);
            for (int id = 0; id < vocabulary; id++)
                if (float.IsFinite(values[id]))
                    allowed[(row * stride) + (id / 8)] |= 0x80 >> (id % 8);
        }
        check.Compare("out.allowed", allowed, rows.Length, stride);
    }

    private static void RunMedianFilter(GoldenCase golden, GoldenCheck check)
    {
        GoldenTensor input = golden[golden.Argument("x", "in.x")];
        foreach (int width in golden.Argument<int[]>("widths", []))
            check.Compare($"out.{width}", Filtered(input, width), input.Shape);
        if (golden.Find("in.short") is { } small)
            check.Compare("out.short", Filtered(small, WhisperAlignment.MedianWidth), small.Shape);
    }

    private static float[] Filtered(GoldenTensor input, int width)
    {
        float[] values = input.Floats;
        WhisperAlignment.MedianFilter(values, (int)input.Shape[^1], width);
        return values;
    }

    private static void RunTimeWarping(GoldenCase golden, GoldenCheck check)
    {
        foreach ((string input, string output) in (ReadOnlySpan<(string, string)>)[(golden.Argument("x", "in.x"), "out."), ("in.ties", "out.ties.")])
            if (golden.Find(input) is { } cost)
            {
                (int[] tokens, int[] frames) = WhisperAlignment.WarpTime(cost.Floats, (int)cost.Shape[0], (int)cost.Shape[1]);
                check.Compare(output + "text_indices", tokens);
                check.Compare(output + "time_indices", frames);
            }
    }

    private static WhisperTokenizer Tokenizer(string folder)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        JsonElement size = config.RootElement.TryGetProperty("n_vocab", out JsonElement old) ? old : config.RootElement.GetProperty("vocab_size");
        return WhisperTokenizer.Load(folder, size.GetInt32());
    }

    private static int[] Ints(JsonElement list) => list.Deserialize<int[]>()!;
}
