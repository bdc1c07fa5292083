using CsCheck;
using Timbre.Models.Whisper;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public class WhisperTokenizerTests
{
    private static readonly WhisperTokenizer Tokenizer = new(WhisperVocabularies.BuiltIn("multilingual"), 51865);

    [Theory]
    [InlineData("en", "en")]
    [InlineData("German", "de")]
    [InlineData("CASTILIAN", "es")]
    [InlineData(" haitian creole", "ht")]
    [InlineData("Mandarin", "zh")]
    [InlineData("YUE", "yue")]
    public void LanguagesAreGivenByCodeOrName(string language, string code) => Assert.Equal(code, WhisperLanguages.GetCode(language));

    [Fact]
    public void AnUnknownLanguageIsAnError()
    {
        Assert.Contains("klingon", Assert.Throws<ArgumentException>(() => WhisperLanguages.GetCode("klingon")).Message, StringComparison.Ordinal);
        // Cantonese came with large-v3.
        Assert.Throws<ArgumentException>(() => Tokenizer.LanguageToken("yue"));
    }

    [Fact]
    public void EveryLanguageHasACodeAndAName()
    {
        Assert.Equal(100, WhisperLanguages.Codes.Distinct().Count());
        Assert.All(WhisperLanguages.Codes, code => Assert.Equal(code, WhisperLanguages.GetCode(WhisperLanguages.GetName(code))));
        Assert.Equal("English", WhisperLanguages.GetName("en"));
        Assert.Equal("Haitian Creole", WhisperLanguages.GetName("ht"));
    }

    [Fact]
    public void IdsFollowFromTheSizeOfTheVocabulary()
    {
        var large = new WhisperTokenizer(WhisperVocabularies.BuiltIn("multilingual"), 51866);
        Assert.Equal((100, 50358, 50365), (large.Languages.Count, large.LanguageToken("yue"), large.FirstTimestamp));
        var english = new WhisperTokenizer(WhisperVocabularies.BuiltIn("gpt2"), 51864);
        Assert.Equal((false, 50256, 50363), (english.IsMultilingual, english.EndOfText, english.FirstTimestamp));
        Assert.Equal([50257, 50362], english.StartSequence("en", TranscriptionTask.Transcribe, timestamps: false));
    }

    [Fact]
    public void TheStartSaysLanguageAndTask()
    {
        Assert.Equal([50258, 50261, 50358], Tokenizer.StartSequence("de", TranscriptionTask.Translate));
        Assert.Equal([50258, 50261, 50359, 50363], Tokenizer.StartSequence("de", TranscriptionTask.Transcribe, timestamps: false));
    }

    [Fact]
    public void TimestampsAreDroppedOrWritten()
    {
        int[] ids = [Tokenizer.FirstTimestamp, .. Tokenizer.Encode(" hi"), Tokenizer.EndOfText, Tokenizer.FirstTimestamp + 54];
        Assert.Equal(" hi<|endoftext|>", Tokenizer.Decode(ids));
        Assert.Equal("<|0.00|> hi<|endoftext|><|1.08|>", Tokenizer.DecodeWithTimestamps(ids));
        Assert.Equal(1.08, Tokenizer.Seconds(ids[^1]), 9);
    }

    [Fact]
    public void SplittingKeepsEveryIdAndTheWholeText() =>
        Gen.Select(Gen.Int[0, 51864].Array[0, 40], Gen.Bool.Select(spaced => spaced ? "en" : "ja")).Sample((ids, language) =>
        {
            List<WhisperPiece> words = Tokenizer.SplitWords(ids, language);
            Assert.Equal(ids, words.SelectMany(word => word.Ids));
            Assert.Equal(Tokenizer.DecodeWithTimestamps(ids), string.Concat(words.Select(word => word.Text)));
        });

    [Theory]
    [InlineData("en", " Don't stop, “日本”! (ok)", " Don't| stop|,| “日本”|!| (ok|)")]
    [InlineData("ja", "日本 ok語", "日本| ok|語")]
    public void WordsAreCutAtSpacesOrCharacters(string language, string text, string words) =>
        Assert.Equal(words.Split('|'), Tokenizer.SplitWords(Tokenizer.Encode(text), language).Select(word => word.Text));

    [Fact]
    public void SuppressionTakesAListOrNothing()
    {
        Assert.Empty(WhisperSuppression.SuppressedTokens(Tokenizer, []));
        Assert.Equal([7, 50258, 50358, 50359, 50360, 50361, 50362], WhisperSuppression.SuppressedTokens(Tokenizer, [7]));
        Assert.Contains(7, WhisperSuppression.SuppressedTokens(Tokenizer, [-1, 7]));
    }

    [Fact]
    public void AFolderWithoutATokenizerGetsTheBuiltInOne()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(Tokenizer.Encode(" the fox"), WhisperTokenizer.Load(folder.Path, 51865).Encode(" the fox"));
        Assert.Contains("51864", Assert.Throws<ModelNotSupportedException>(() => WhisperTokenizer.Load(folder.Path, 1924)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["multilingual.tiktoken"], "IQ== 0\n");
        Assert.Contains("multilingual.tiktoken", Assert.Throws<ModelNotSupportedException>(() => WhisperTokenizer.Load(folder.Path, 51865)).Message, StringComparison.Ordinal);
    }
}
