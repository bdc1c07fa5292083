using CsCheck;
using Timbre.Loading;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class EnglishTaggerTests
{
    private static readonly EnglishTagger Tagger = new(ModelCatalog.Default.Find("en_core_web_sm_tagger"));

    // What the rules look at, more often than chance would have it.
    private static readonly string[] Pieces =
    [
        " ", "  ", "\n", "\t", "a", "Word", "n't", "'s", "’", "...", ".", ":", "D", ")", "(", "-", "--", "—", "$", "US$", "12", "km", "C++", "U.S.",
        "http://a.bc", "@", "😀", "\ud83d", "\udc00", "é", "İ", "Σ", "中文", "\u001c", "\u00a0",
    ];

    private static readonly Gen<string> Texts =
        Gen.OneOf(Gen.String, Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 30].Select(string.Concat));

    [Theory]
    [InlineData("en_us.tsv.gz")]
    [InlineData("en_gb.tsv.gz")]
    public void Cuts_and_tags_every_recorded_sentence(string table)
    {
        foreach (var row in PhonemeTables.Rows(PhonemeTables.Fixture(table)))
            Assert.Equal(PhonemeTables.Tokens(row["tokens"]), Tagger.Tag(row["text_after_overrides"] is "" ? row["text"] : row["text_after_overrides"]));
    }

    [Fact]
    public void Tokens_joined_are_the_text() =>
        Texts.Sample(text => Assert.Equal(text, string.Concat(Tagger.Tag(text).Select(token => token.Text + token.Whitespace))), iter: 300);

    [Theory]
    [InlineData("8)", "8)")]
    [InlineData("fine:)", "fine|:)")]
    [InlineData("so : D", "so |: |D")]
    [InlineData(" a  b ", " |a | |b ")]
    [InlineData("a 5US$", "a |5|US$")]
    [InlineData("see https://user:pw@example.com:80/a?b=1#c.", "see |https://user:pw@example.com:80/a?b=1#c|.")]
    [InlineData("x—y,z", "x|—|y|,|z")]
    [InlineData("(isn't!)", "(|is|n't|!|)")]
    [InlineData("a\U0001F600b", "a|\U0001F600|b")]
    [InlineData("", "")]
    public void Cuts_by_the_rules(string text, string tokens) =>
        Assert.Equal(tokens, string.Join('|', Tagger.Tag(text).Select(token => token.Text + token.Whitespace)));

    [Fact]
    public void A_long_text_is_tagged_as_its_sentences_are_in_the_middle()
    {
        // Blocks of the network overlap: a sentence far from the edges has the same tags wherever it lies in a block.
        const string Sentence = "The old man read the letter, and the children who live there record a new record. ";
        int length = Tagger.Tag(Sentence).Count;
        var tags = Tagger.Tag(string.Concat(Enumerable.Repeat(Sentence, 40))).Select(token => token.Tag).ToList();
        for (int i = 1; i < 39; i++)
            Assert.Equal(tags[length..(2 * length)], tags[(i * length)..((i + 1) * length)]);
    }

    [Fact]
    public void Hostile_runs_end_soon()
    {
        string[] runs = ["a:@", "a.", "a-.", "....x", "1.1:", "x://"];
        foreach (string run in runs)
            Assert.NotEmpty(Tagger.Tag(string.Concat(Enumerable.Repeat(run, 5000))));
    }
}
