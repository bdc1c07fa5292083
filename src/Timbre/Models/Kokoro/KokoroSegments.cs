using System.Text;
using System.Text.RegularExpressions;
using Timbre.Text.Phonemes;

namespace Timbre.Models.Kokoro;

/// <summary>
/// Cuts a text into pieces that the network can speak at once, as the original does, but drops nothing: where the original cuts phonemes
/// off, the piece is split.
/// </summary>
/// <param name="limit">Phoneme characters that a piece may have; the original's is 510.</param>
internal sealed partial class KokoroSegments(int limit)
{
    /// <summary>The published voices' rows, and the positions of the phoneme reader less the two ends.</summary>
    public const int StandardLimit = 510;

    private const int SentenceChunk = 400;
    private const int FirstGoal = 40;
    private const string SentenceMarks = "!.?…";
    private const string ClauseMarks = ":;,—";
    private static readonly string[] Waterfall = [SentenceMarks, ":;", ",—"];

    /// <summary>The pieces of a text: lines apart, then packed by tokens where these are words, else by sentences.</summary>
    /// <param name="text">The text.</param>
    /// <param name="byTokens">Whether the phonemizer gives a token a word (English), rather than one for all that it is given.</param>
    /// <param name="phonemizer">Reads it.</param>
    /// <param name="early">
    /// Starts with a short piece that ends with a sentence or a clause, and lets the pieces grow, so that a listener hears the first soon
    /// and never waits for the next.
    /// </param>
    public IEnumerable<KokoroPiece> Cut(string text, bool byTokens, IPhonemizer phonemizer, bool early = false)
    {
        int goal = FirstGoal;
        foreach (string line in Lines().Split(text.Trim()).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            IEnumerable<string> parts = byTokens ? [line] : Sentences(line);
            foreach (string part in parts)
            {
                IReadOnlyList<PhonemeToken> tokens = byTokens ? phonemizer.Phonemize(part) : [.. phonemizer.Phonemize(part).SelectMany(Words)];
                List<IReadOnlyList<PhonemeToken>> runs = early ? Grow(tokens, ref goal) : [tokens];
                foreach (IReadOnlyList<PhonemeToken> run in runs)
                {
                    foreach (KokoroPiece piece in Pack(run))
                        yield return !byTokens && !early && piece.Tokens.Count == tokens.Count ? piece with { Text = part } : piece;
                }
            }
        }
    }

    /// <summary>Packs tokens into pieces, each cut after its last sentence, clause or comma where what is left still fits.</summary>
    public IEnumerable<KokoroPiece> Pack(IEnumerable<PhonemeToken> tokens)
    {
        var pending = new List<PhonemeToken>();
        int count = 0;
        foreach (PhonemeToken token in tokens.SelectMany(Fit))
        {
            string spoken = KokoroPiece.Spoken(token);
            int next = count + Length(spoken.TrimEnd());
            if (next > limit)
            {
                int cut = FindCut(pending, next);
                foreach (KokoroPiece piece in Finish(pending[..cut]))
                    yield return piece;
                pending.RemoveRange(0, cut);
                count = Length(KokoroPiece.Join(pending));
                if (pending.Count == 0)
                    spoken = spoken.TrimStart();
            }
            pending.Add(token);
            count += Length(spoken);
        }
        foreach (KokoroPiece piece in Finish(pending))
            yield return piece;
    }

    /// <summary>Runs of tokens that end with a sentence of a third of the goal or a clause of all of it; the goal doubles from run to run.</summary>
    private List<IReadOnlyList<PhonemeToken>> Grow(IReadOnlyList<PhonemeToken> tokens, ref int goal)
    {
        var runs = new List<IReadOnlyList<PhonemeToken>>();
        int start = 0, count = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            count += Length(KokoroPiece.Spoken(tokens[i]));
            bool sentence = EndsWith(tokens[i], SentenceMarks) || i > start && IsClosing(tokens[i]) && EndsWith(tokens[i - 1], SentenceMarks);
            bool enough = sentence && 3 * count >= goal || EndsWith(tokens[i], ClauseMarks) && count >= goal;
            if (!enough || i + 1 < tokens.Count && IsClosing(tokens[i + 1]))
                continue;
            runs.Add([.. tokens.Skip(start).Take(i + 1 - start)]);
            (start, count, goal) = (i + 1, 0, Math.Min(2 * goal, limit));
        }
        if (start < tokens.Count)
            runs.Add([.. tokens.Skip(start)]);
        return runs;
    }

    /// <summary>Where to cut: how many tokens go out.</summary>
    private int FindCut(List<PhonemeToken> tokens, int count)
    {
        foreach (string marks in Waterfall)
        {
            int cut = 1 + tokens.FindLastIndex(token => token.Phonemes is [char mark] && marks.Contains(mark));
            if (cut == 0)
                continue;
            if (cut < tokens.Count && IsClosing(tokens[cut]))
                cut++;
            if (count - Length(KokoroPiece.Join(tokens.Take(cut))) <= limit)
                return cut;
        }
        return tokens.Count;
    }

    /// <summary>
    /// The tokens as a piece, if there is anything to say. The original's count forgets a space at each cut, so that a piece may be one
    /// character too long, which it then drops; here it becomes two pieces.
    /// </summary>
    private IEnumerable<KokoroPiece> Finish(List<PhonemeToken> tokens)
    {
        var piece = new KokoroPiece(tokens);
        int count = Length(piece.Phonemes);
        if (count == 0)
            return [];
        if (count <= limit)
            return [piece];
        int cut = FindCut(tokens[..^1], count);
        return [.. Finish(tokens[..cut]), .. Finish(tokens[cut..])];
    }

    /// <summary>A token that is too long for any piece, in parts; the first part has the text.</summary>
    private IEnumerable<PhonemeToken> Fit(PhonemeToken token)
    {
        string phonemes = token.Phonemes ?? "";
        if (Length(phonemes) <= limit)
            return [token];
        var parts = new List<PhonemeToken>();
        var part = new StringBuilder();
        int count = 0;
        foreach (Rune rune in phonemes.EnumerateRunes())
        {
            if (count++ == limit)
            {
                parts.Add(new PhonemeToken(parts.Count == 0 ? token.Text : "", token.Tag, "", part.ToString()));
                part.Clear();
                count = 1;
            }
            part.Append(rune);
        }
        parts.Add(new PhonemeToken("", token.Tag, token.Whitespace, part.ToString()));
        return parts;
    }

    /// <summary>
    /// A token that holds many words, as espeak-ng reads them, in words and marks; each word has its own text where there are as many
    /// spoken as written ones, else the first has all of it.
    /// </summary>
    private static IReadOnlyList<PhonemeToken> Words(PhonemeToken token)
    {
        string[] written = token.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<PhonemeToken> parts = new WrittenPhonemes().Phonemize(token.Phonemes ?? "");
        if (parts.Count == 0)
            return [token];
        bool paired = written.Length == 1 + parts.Take(parts.Count - 1).Count(part => part.Whitespace.Length > 0);
        int word = 0;
        bool starts = true;
        var words = new List<PhonemeToken>(parts.Count);
        foreach (PhonemeToken part in parts)
        {
            string text = !starts ? "" : paired ? written[word++] : words.Count == 0 ? token.Text : "";
            starts = part.Whitespace.Length > 0;
            words.Add(part with { Text = text });
        }
        words[^1] = words[^1] with { Whitespace = token.Whitespace };
        return words;
    }

    /// <summary>Sentences of a line, packed while they stay within 400 characters.</summary>
    private static IEnumerable<string> Sentences(string line)
    {
        string chunk = "";
        foreach (Match match in Sentence().Matches(line))
        {
            if (Length(chunk) + Length(match.Value) <= SentenceChunk)
            {
                chunk += match.Value;
                continue;
            }
            if (!string.IsNullOrWhiteSpace(chunk))
                yield return chunk.Trim();
            chunk = match.Value;
        }
        if (!string.IsNullOrWhiteSpace(chunk))
            yield return chunk.Trim();
    }

    private static bool IsClosing(PhonemeToken token) => token.Phonemes is ")" or "”";

    private static bool EndsWith(PhonemeToken token, string marks) => token.Phonemes is [.., char last] && marks.Contains(last);

    private static int Length(string phonemes) => KokoroVocabulary.Length(phonemes);

    [GeneratedRegex(@"\n+")]
    private static partial Regex Lines();

    [GeneratedRegex(@"[^.!?]*[.!?]+|[^.!?]+")]
    private static partial Regex Sentence();
}
