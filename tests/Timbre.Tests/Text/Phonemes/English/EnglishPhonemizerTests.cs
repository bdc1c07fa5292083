using Timbre.Text.Phonemes;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class EnglishPhonemizerTests
{
    private static readonly Dictionary<EnglishAccent, Lexicon> Lexicons =
        Enum.GetValues<EnglishAccent>().ToDictionary(accent => accent, accent => new Lexicon(PhonemeTables.LexiconFolder, accent));

    [Theory]
    [InlineData("en_us.tsv.gz", EnglishAccent.American)]
    [InlineData("en_gb.tsv.gz", EnglishAccent.British)]
    internal void Reads_every_recorded_sentence_from_its_tokens(string table, EnglishAccent accent)
    {
        var wrong = new List<string>();
        var rows = PhonemeTables.Rows(PhonemeTables.Fixture(table)).ToList();
        Assert.Equal(412, rows.Count);
        foreach (var row in rows)
        {
            var phonemizer = new EnglishPhonemizer(Lexicons[accent], new FixedTagger(row));
            var phonemes = Join(phonemizer.Phonemize(row["text"]));
            if (phonemes != row["phonemes_no_fallback"])
                wrong.Add($"{row["id"]} {row["text"]}\n  expected {row["phonemes_no_fallback"]}\n  actual   {phonemes}");
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} sentences differ:\n{string.Join('\n', wrong)}");
    }

    private static string Join(IEnumerable<PhonemeToken> tokens) => string.Concat(tokens.Select(token => (token.Phonemes ?? "❓") + token.Whitespace));

    /// <summary>Gives the recorded tokens, and checks that it is asked for the recorded text.</summary>
    private sealed class FixedTagger(IReadOnlyDictionary<string, string> row) : IEnglishTagger
    {
        public IReadOnlyList<TaggedToken> Tag(string text)
        {
            Assert.Equal(row["text_after_overrides"] is "" ? row["text"] : row["text_after_overrides"], text);
            return PhonemeTables.Tokens(row["tokens"]);
        }
    }
}
