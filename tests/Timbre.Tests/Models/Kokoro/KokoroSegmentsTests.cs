using CsCheck;
using Timbre.Models.Kokoro;
using Timbre.Text.Phonemes;
using Xunit;

namespace Timbre.Tests.Models.Kokoro;

public class KokoroSegmentsTests
{
    private static readonly Gen<PhonemeToken> Tokens = Gen.Select(
        Gen.Frequency(
            (8, Gen.Char["abdefʃə"].Array[1, 9].Select(letters => new string(letters))),
            (2, Gen.Char[".,!—:”)"].Select(mark => mark.ToString())),
            (1, Gen.Const("")),
            (1, Gen.Char["xyz"].Array[30, 90].Select(letters => new string(letters)))),
        Gen.Bool,
        (phonemes, space) => new PhonemeToken(phonemes, "", space ? " " : "", phonemes));

    [Fact]
    public void NothingIsDroppedAndEveryPieceFits() => Gen.Select(Tokens.Array[0, 80], Gen.Int[4, 60], Gen.Bool).Sample((tokens, limit, early) =>
    {
        List<KokoroPiece> pieces = [.. new KokoroSegments(limit).Cut("text", byTokens: true, new Given(tokens), early)];
        Assert.All(pieces, piece => Assert.InRange(KokoroVocabulary.Length(piece.Phonemes), 1, limit));
        Assert.Equal(Letters(string.Concat(tokens.Select(token => token.Phonemes))), Letters(string.Concat(pieces.Select(piece => piece.Phonemes))));
        Assert.Equal(Letters(string.Concat(tokens.Select(token => token.Text))), Letters(string.Concat(pieces.Select(piece => piece.Text))));
    });

    [Fact]
    public void OtherLanguagesAreSplitWhereTheOriginalCutsOff()
    {
        string sentence = string.Concat(Enumerable.Repeat("mot ", 60)).Trim();
        List<KokoroPiece> pieces = [.. new KokoroSegments(100).Cut(sentence, byTokens: false, new Whole(text => text))];
        Assert.All(pieces, piece => Assert.InRange(piece.Phonemes.Length, 1, 100));
        Assert.Equal(60, pieces.SelectMany(piece => piece.Phonemes.Split(' ')).Count(word => word == "mot"));
        Assert.Equal(60, pieces.SelectMany(piece => piece.Text.Split(' ')).Count(word => word == "mot"));
    }

    [Fact]
    public void SentencesOfOtherLanguagesAreJoinedUpToFourHundredCharacters()
    {
        string sentence = new string('a', 149) + ". ";
        List<KokoroPiece> pieces = [.. new KokoroSegments(510).Cut(sentence + sentence + sentence, byTokens: false, new Whole(text => text.Replace(" ", "", StringComparison.Ordinal)))];
        Assert.Equal([(sentence + sentence).Trim(), sentence.Trim()], pieces.Select(piece => piece.Text));
    }

    [Fact]
    public void TheFirstPieceOfAStreamIsTheFirstSentence()
    {
        var phonemizer = new WrittenPhonemes();
        const string Text = "ðɪs ɪz ðə fɜst wʌn. ðɪs ɪz ðə nɛkst wʌn, ænd ɪt ɡOz ˌɔn. ænd ðɪs ɪz lˈæst.";
        List<KokoroPiece> early = [.. new KokoroSegments(510).Cut(Text, byTokens: true, phonemizer, early: true)];
        Assert.Equal("ðɪs ɪz ðə fɜst wʌn.", early[0].Phonemes);
        Assert.Single(new KokoroSegments(510).Cut(Text, byTokens: true, phonemizer));
        Assert.Equal(Text, string.Join(' ', early.Select(piece => piece.Phonemes)));
    }

    [Fact]
    public void ALongFirstSentenceIsCutAtAClause()
    {
        const string Text = "wˈʌn tˈu θɹˈi fˈɔɹ fˈIv sˈɪks sˈɛvən ˈAt nˈIn, tˈɛn ɪlˈɛvən twˈɛlv θɜɹtˈin fˈɔɹtˈin fˈɪftˈin sˈɪkstˈin sˈɛvəntˈin.";
        List<KokoroPiece> early = [.. new KokoroSegments(510).Cut(Text, byTokens: true, new WrittenPhonemes(), early: true)];
        Assert.Equal(2, early.Count);
        Assert.EndsWith("nˈIn,", early[0].Phonemes, StringComparison.Ordinal);
    }

    [Fact]
    public void LinesAreSpokenApartAndBlankOnesNot() => Assert.Equal(
        ["a b", "c"], new KokoroSegments(510).Cut("\n a b \n\n  \nc\n", byTokens: true, new WrittenPhonemes()).Select(piece => piece.Phonemes));

    private static string Letters(string text) => string.Concat(text.Where(letter => letter != ' '));

    private sealed class Given(PhonemeToken[] tokens) : IPhonemizer
    {
        public IReadOnlyList<PhonemeToken> Phonemize(string text) => tokens;
    }

    private sealed class Whole(Func<string, string> read) : IPhonemizer
    {
        public IReadOnlyList<PhonemeToken> Phonemize(string text) => [new PhonemeToken(text, "", "", read(text))];
    }
}
