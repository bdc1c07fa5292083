namespace Timbre.Models.Whisper;

/// <summary>Tokens that a transcript must not hold.</summary>
internal static class WhisperSuppression
{
    // Signs of annotations and of songs, as in the original implementation; "-" and "'" only where they begin a word.
    private const string Signs =
        "\" # ( ) * + / : ; < = > @ [ \\ ] ^ _ ` { | } ~ 「 」 『 』 << >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪";

    private const string Notes = "♩ ♪ ♫ ♬ ♭ ♮ ♯";

    /// <summary>What is suppressed at every step, in ascending order.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="ids">Ids to suppress, -1 standing for the signs; null is the signs alone. An empty list suppresses nothing at all.</param>
    public static int[] SuppressedTokens(WhisperTokenizer tokenizer, IReadOnlyList<int>? ids = null)
    {
        ids ??= [-1];
        if (ids.Count == 0)
            return [];
        SortedSet<int> suppressed =
        [
            .. ids.Where(id => id >= 0), tokenizer.Transcribe, tokenizer.Translate, tokenizer.StartOfTranscript, tokenizer.StartOfPrevious,
            tokenizer.StartOfLanguageModel, tokenizer.NoSpeech,
        ];
        if (ids.Contains(-1))
            suppressed.UnionWith(NonSpeechTokens(tokenizer));
        return [.. suppressed];
    }

    /// <summary>What is suppressed at the first step only: a blank, and the end.</summary>
    public static int[] BlankTokens(WhisperTokenizer tokenizer) => [.. tokenizer.Encode(" "), tokenizer.EndOfText];

    private static IEnumerable<int> NonSpeechTokens(WhisperTokenizer tokenizer)
    {
        yield return tokenizer.Encode(" -")[0];
        yield return tokenizer.Encode(" '")[0];
        foreach (string sign in Signs.Split(' '))
            foreach (string text in (string[])[sign, " " + sign])
                if (tokenizer.Encode(text) is [var only])
                    yield return only;
        foreach (string note in Notes.Split(' '))
        {
            yield return tokenizer.Encode(note)[0];
            yield return tokenizer.Encode(" " + note)[0];
        }
    }
}
