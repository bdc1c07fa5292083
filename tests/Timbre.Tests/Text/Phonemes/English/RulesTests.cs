using CsCheck;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class RulesTests
{
    private static readonly string[] Endings = ["", "s", "th", "ed", "ing"];
    private static readonly Lexicon American = new(PhonemeTables.LexiconFolder, EnglishAccent.American);
    private static readonly Lexicon British = new(PhonemeTables.LexiconFolder, EnglishAccent.British);

    [Theory]
    [InlineData("wˈɑnt", "wˈɑntᵻd")]
    [InlineData("flˈOt", "flˈOɾᵻd")]
    [InlineData("nˈid", "nˈidᵻd")]
    [InlineData("wˈɔk", "wˈɔkt")]
    [InlineData("ʤˈɑɡ", "ʤˈɑɡd")]
    public void American_past_forms(string stem, string expected) => Assert.Equal(expected, new Suffixes(American).AddEd(stem));

    [Theory]
    [InlineData("flˈQt", "flˈQtɪd")]
    [InlineData("nˈiːd", "nˈiːdɪd")]
    public void British_past_forms(string stem, string expected) => Assert.Equal(expected, new Suffixes(British).AddEd(stem));

    [Theory]
    [InlineData("kˈæt", "kˈæts")]
    [InlineData("dˈɔɡ", "dˈɔɡz")]
    [InlineData("fˈɑks", "fˈɑksᵻz")]
    public void Plurals(string stem, string expected) => Assert.Equal(expected, new Suffixes(American).AddS(stem));

    [Theory]
    [InlineData("hˈɪt", "hˈɪɾɪŋ")]
    [InlineData("ˈækt", "ˈæktɪŋ")]
    public void American_participles(string stem, string expected) => Assert.Equal(expected, new Suffixes(American).AddIng(stem));

    [Fact]
    public void British_participles_need_no_linking_r() => Assert.Null(new Suffixes(British).AddIng("kˈɛː"));

    [Theory]
    [InlineData("read", "VB", "ɹˈid")]
    [InlineData("read", "VBD", "ɹˈɛd")]
    [InlineData("FBI", "NNP", "ˌɛfbˌiˈI")]
    [InlineData("Hello", "UH", "həlˈO")]
    [InlineData("é", "NN", null)]
    public void Lookup(string word, string tag, string? expected) => Assert.Equal(expected, American.Read(word, tag, null, beforePause: false));

    [Theory]
    [InlineData("don't", "don't")]
    [InlineData("GitHub", "Git|Hub")]
    [InlineData("ATest", "A|Test")]
    [InlineData("-1,234.5kg", "-1,234.5|kg")]
    [InlineData("snake_case", "snake|_|case")]
    [InlineData("'twas'", "'|twas|'")]
    [InlineData("a😀b", "a|😀|b")]
    [InlineData("1'2", "1|2")]
    public void Parts_of_a_token(string token, string parts) => Assert.Equal(parts, string.Join('|', SubtokenSplitter.Split(token)));

    [Theory]
    [InlineData("ｆｕｌｌ", "full")]
    [InlineData("𝐁𝐨𝐥𝐝", "Bold")]
    [InlineData("ﬁne", "fine")]
    [InlineData("m²", "m2")]
    [InlineData("٣", "3")]
    [InlineData("café’s", "café's")]
    public void Compatibility_forms(string text, string plain) => Assert.Equal(plain, CompatibilityForms.ToPlain(text));

    [Theory]
    [InlineData("$", "5", "fˈIv dˈɑləɹz")]
    [InlineData("$", "1.01", "wˈʌn dˈɑləɹ ænd wˈʌn sˈɛnt")]
    [InlineData("£", "0.50", "fˈɪfti pˈɛns")]
    [InlineData("€", "2.00", "tˈu jˈʊɹOz")]
    [InlineData("", "1.10", "wˈʌn pYnt wˈʌn")]
    [InlineData("", "3.0", "θɹˈi")]
    [InlineData("", ".05", "pYnt zˈɪɹO fˈIv")]
    [InlineData("", "21st", "twˈɛnti fˈɜɹst")]
    [InlineData("", "1960s", "nˌIntˈin sˈɪkstiz")]
    [InlineData("", "-40", "mˈInəs fˈɔɹɾi")]
    [InlineData("", "192.168.0.1", "wˈʌn nˈIn tˈu wˈʌn sˈɪks ˈAt zˈɪɹO wˈʌn")]
    public void Numbers(string currency, string number, string expected)
    {
        var reader = new NumberReader(American, new Suffixes(American));
        Assert.True(NumberReader.IsNumber(number, isHead: true));
        Assert.Equal(expected, reader.Read(number, currency == "" ? null : currency[0], isHead: true, ""));
    }

    [Fact]
    public void Every_number_has_a_reading()
    {
        var reader = new NumberReader(American, new Suffixes(American));
        Gen.Select(Gen.String[Gen.Char["0123456789,."], 1, 60], Gen.Bool, Gen.Int[0, Endings.Length - 1]).Sample((digits, isHead, ending) =>
        {
            if (NumberReader.IsNumber(digits + Endings[ending], isHead)) Assert.False(string.IsNullOrEmpty(reader.Read(digits + Endings[ending], null, isHead, "")));
        });
    }

    [Fact]
    public void No_text_is_too_strange()
    {
        var phonemizer = new EnglishPhonemizer(American, new SpacesTagger());
        Gen.String[Gen.OneOf(Gen.Char["aB1.,'-$[](/) \n"], Gen.Char), 0, 30].Sample(text => Assert.All(phonemizer.Phonemize(text), token => Assert.NotNull(token.Text)));
    }

    [Fact]
    public void Line_ends_part_words()
    {
        var tokens = new EnglishPhonemizer(American, new SpacesTagger()).Phonemize("cat\ndog  fox");
        Assert.Equal("kˈæt dˈɔɡ fˈɑks", string.Concat(tokens.Select(token => token.Phonemes + token.Whitespace)));
    }

    [Theory]
    [InlineData("blorp", "BLORP")]
    [InlineData("blorp-cat", "BLORP-CAT")]
    [InlineData("5:30", "fˈIv θˈɜɹTi")]
    public void Unknown_words_are_asked_for_whole(string text, string expected)
    {
        var phonemizer = new EnglishPhonemizer(American, new SpacesTagger(), new UpperCaseReader());
        Assert.Equal(expected, string.Concat(phonemizer.Phonemize(text).Select(token => token.Phonemes + token.Whitespace)));
    }

    [Fact]
    public void A_missing_lexicon_is_named() =>
        Assert.Contains("us_gold", Assert.Throws<FileNotFoundException>(() => new Lexicon("nowhere", EnglishAccent.American)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_broken_lexicon_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, [1, 2, 3, 4]);
        try
        {
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => LexiconFile.Open(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Cuts at spaces and calls everything a noun; line ends and further spaces are tokens, as in spaCy.</summary>
    private sealed class SpacesTagger : IEnglishTagger
    {
        public IReadOnlyList<TaggedToken> Tag(string text)
        {
            var tokens = new List<TaggedToken>();
            var start = 0;
            while (start < text.Length)
            {
                var end = start;
                while (end < text.Length && char.IsWhiteSpace(text[end]) == char.IsWhiteSpace(text[start])) end++;
                var isSpaced = end < text.Length && text[end] == ' ';
                tokens.Add(new TaggedToken(text[start..end], "NN", isSpaced ? " " : ""));
                start = isSpaced ? end + 1 : end;
            }
            return tokens;
        }
    }

    private sealed class UpperCaseReader : IUnknownWordReader
    {
        public string? Read(string word) => word.All(letter => char.IsAsciiLetter(letter) || letter == '-') ? word.ToUpperInvariant() : null;
    }
}
