using CsCheck;
using Timbre.Loading;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class UnknownWordReaderTests
{
    private static readonly PronouncingDictionary Dictionary = new(Path.Combine(PhonemeTables.LexiconFolder, "cmudict.txt.br"));
    private static readonly LetterToPhoneNetwork Network = new(ModelCatalog.Default.Find("g2p_en"));
    private static readonly UnknownWordReader American = new(new Lexicon(PhonemeTables.LexiconFolder, EnglishAccent.American), Dictionary, Network);
    private static readonly UnknownWordReader British = new(new Lexicon(PhonemeTables.LexiconFolder, EnglishAccent.British), Dictionary, Network);

    [Theory]
    [InlineData("blorptastic", "B L AO2 R P T AE1 S T IH0 K")]
    [InlineData("Flibbertigibbet", "F L IH1 B ER0 T IH0 JH AH0 T")]
    [InlineData("antidisestablishmentarianism", "AE2 N T IY0 D IY0 AE1 N S IH0 M AH0 B EH2 SH AH0 N Z")]
    public void The_network_writes_the_recorded_phones(string word, string phones) => Assert.Equal(phones, string.Join(' ', Network.Read(word)));

    [Theory]
    [InlineData("sean", "SH AO1 N")]
    [InlineData("'bout", "B AW1 T")]
    [InlineData("zywicki", "Z IH0 W IH1 K IY0")]
    [InlineData("seanx", null)]
    [InlineData("", null)]
    [InlineData("zzzzzz", null)]
    public void The_dictionary_finds_its_words(string word, string? phones) =>
        Assert.Equal(phones, Dictionary.Find(word) is { } found ? string.Join(' ', found) : null);

    [Theory]
    [InlineData("B EY1 K ER0", "bˈAkəɹ", "bˈAkə")]
    [InlineData("S T AA1 R T IH0 D", "stˈɑɹɾᵻd", "stˈɑːtɪd")]
    [InlineData("W AO1 SH AH0 Z", "wˈɔʃᵻz", "wˈɔːʃɪz")]
    [InlineData("B AO1 T AH0 L", "bˈɔɾᵊl", "bˈɔːtᵊl")]
    [InlineData("AH0 N L AA1 K", "ˌʌnlˈɑk", "ʌnlˈɒk")]
    [InlineData("F IH1 R IH0 NG", "fˈɪɹɪŋ", "fˈɪəɹɪŋ")]
    [InlineData("K AA1 R", "kˈɑɹ", "kˈɑː")]
    [InlineData("S K AY1 K AE2 P", "skˈIkˌæp", "skˈIkap")]
    [InlineData("S L OW1 L IY0", "slˈOli", "slˈQli")]
    public void Phones_are_written_as_the_lexicons_write_them(string phones, string american, string british)
    {
        Assert.Equal(american, Arpabet.ToPhonemes(phones.Split(' '), EnglishAccent.American));
        Assert.Equal(british, Arpabet.ToPhonemes(phones.Split(' '), EnglishAccent.British));
    }

    [Theory]
    [InlineData("Sean", "ʃˈɔn")]
    [InlineData("Chloe", "klˈOi")]
    [InlineData("Kowalski's", "kəwˈɑlskiz")]
    [InlineData("chatbot", "ʧˈætbˌɑt")]
    [InlineData("TikTokers", "tˈɪk tˈOkəɹz")]
    [InlineData("debugged", "dˌibˈʌɡd")]
    [InlineData("wugness", "wˈʌɡnəs")]
    [InlineData("Zxqvt", "zˌiˌɛkskjˌuvˌitˈi")]
    [InlineData("shouldn't've", "ʃˈʊdᵊntəv")]
    [InlineData("façade", "fəsˈɑd")]
    [InlineData("10:30", "tˈɛn θˈɜɹɾi")]
    [InlineData("7:05", "sˈɛvən ˈO fˈIv")]
    [InlineData("12:00", "twˈɛlv əklˈɑk")]
    [InlineData("70kg", "sˈɛvənti kˈɪləɡɹˌæmz")]
    [InlineData("¥500", "fˈIv hˈʌndɹəd jˈɛn")]
    [InlineData("C#", "sˈi ʃˈɑɹp")]
    [InlineData("Dept.", "dəpˈɑɹtmənt.")]
    [InlineData("日本", null)]
    [InlineData("😀", null)]
    [InlineData("'", null)]
    public void Reads_what_lexicons_lack(string word, string? phonemes) => Assert.Equal(phonemes, American.Read(word));

    [Theory]
    [InlineData("McCartney", "məkˈɑːtni")]
    [InlineData("tokenizer", "tˈQkənIzə")]
    [InlineData("5:30", "fˈIv θˈɜːti")]
    public void Reads_in_British_too(string word, string phonemes) => Assert.Equal(phonemes, British.Read(word));

    [Fact]
    public void Any_text_is_read_in_the_voices_alphabet()
    {
        var allowed = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐᵊbdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθˈˌːʔ ;:,.!?—…".ToHashSet();
        Gen.Select(Gen.OneOf(Gen.String, Gen.String[Gen.Char["abcdeéstunXYZ'1290:.#/$°½-"], 0, 20]), Gen.Bool).Sample((text, isBritish) =>
            Assert.All((isBritish ? British : American).Read(text) ?? "", phoneme => Assert.Contains(phoneme, allowed)), iter: 500);
    }
}
