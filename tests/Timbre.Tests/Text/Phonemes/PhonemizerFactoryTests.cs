using Timbre.Text.Phonemes;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes;

public class PhonemizerFactoryTests
{
    [Theory]
    [InlineData("en", "en-us")]
    [InlineData("EN-US", "en-us")]
    [InlineData("en_GB", "en-gb")]
    [InlineData("a", "en-us")]
    [InlineData("b", "en-gb")]
    [InlineData("e", "es")]
    [InlineData("fr-fr", "fr")]
    [InlineData("pt-br", "pt")]
    [InlineData("z", "zh")]
    public void Finds_a_language_by_its_names(string name, string tag) => Assert.Equal(tag, PhonemeLanguage.Find(name).Tag);

    [Fact]
    public void No_two_languages_share_a_name()
    {
        var names = PhonemeLanguage.All.SelectMany(language => language.Aliases.Append(language.Tag).Append(language.Letter.ToString())).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Theory]
    [InlineData("ja", "Japanese")]
    [InlineData("zh", "Chinese")]
    public void Says_which_language_is_not_there_yet(string tag, string name)
    {
        var exception = Assert.Throws<NotSupportedException>(() => Factory().Get(tag));
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_languages_are_known()
    {
        var exception = Assert.Throws<ArgumentException>(() => Factory().Get("tlh"));
        Assert.Contains("en-us", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Makes_a_phonemizer_once_for_all_names_of_a_language()
    {
        var made = new List<EnglishAccent>();
        var factory = new PhonemizerFactory(accent =>
        {
            made.Add(accent);
            return new EspeakPhonemizer("en");
        });
        Assert.Same(factory.Get("en"), factory.Get("a"));
        Assert.NotSame(factory.Get("en"), factory.Get("en-gb"));
        Assert.Equal([EnglishAccent.American, EnglishAccent.British], made);
    }

    private static PhonemizerFactory Factory() => new(_ => throw new InvalidOperationException());
}
