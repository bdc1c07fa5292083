using Timbre.Text.Phonemes;

namespace Timbre.Models.Kokoro;

/// <summary>Takes text that is phonemes already: words at spaces, marks as tokens of their own.</summary>
internal sealed class WrittenPhonemes : IPhonemizer
{
    private const string Marks = ";:,.!?—…\"()“”";

    /// <inheritdoc/>
    public IReadOnlyList<PhonemeToken> Phonemize(string text)
    {
        var tokens = new List<PhonemeToken>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                start = i + 1;
                continue;
            }
            bool ends = i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) || Marks.Contains(text[i]) || Marks.Contains(text[i + 1]);
            if (!ends)
                continue;
            string word = text[start..(i + 1)];
            tokens.Add(new PhonemeToken(word, "", i + 1 < text.Length && char.IsWhiteSpace(text[i + 1]) ? " " : "", word));
            start = i + 1;
        }
        return tokens;
    }
}
