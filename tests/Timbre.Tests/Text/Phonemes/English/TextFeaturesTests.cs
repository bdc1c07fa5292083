using System.Text;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class TextFeaturesTests
{
    // spaCy's documentation gives the numbers of "coffee" and "apple".
    [Theory]
    [InlineData("coffee", 3197928453018144401)]
    [InlineData("apple", 8566208034543834098)]
    public void Strings_have_spaCys_numbers(string text, ulong number) =>
        Assert.Equal(number, MurmurHash.Hash64A(Encoding.UTF8.GetBytes(text), seed: 1));

    [Theory]
    [InlineData("Hello", "Xxxxx")]
    [InlineData("iPhone12s", "xXxxxxddx")]
    [InlineData("abcdefgh", "xxxx")]
    [InlineData("10,000.50", "dd,ddd.dd")]
    [InlineData("......", "....")]
    [InlineData("x²", "xd")]
    [InlineData("\U0001F600\U0001F600a", "\U0001F600\U0001F600x")]
    [InlineData("日本", "xx")]
    public void Shapes(string text, string shape) => Assert.Equal(shape, TextFeatures.Shape(text));

    [Fact]
    public void A_word_of_a_hundred_characters_is_long()
    {
        Assert.Equal("xxxx", TextFeatures.Shape(new string('a', 99)));
        Assert.Equal("LONG", TextFeatures.Shape(new string('a', 100)));
    }

    [Theory]
    [InlineData("word", "w", "ord")]
    [InlineData("ab", "a", "ab")]
    [InlineData("\U0001F600b\U0001F601", "\U0001F600", "\U0001F600b\U0001F601")]
    public void Ends_are_code_points(string text, string prefix, string suffix)
    {
        Assert.Equal(prefix, TextFeatures.Prefix(text));
        Assert.Equal(suffix, TextFeatures.Suffix(text));
    }

    [Theory]
    [InlineData("ÀÉ", "àé")]
    [InlineData("İX", "i̇x")]
    [InlineData("ΟΔΟΣ", "οδος")]
    public void Lowers_as_Python_does(string text, string lower) => Assert.Equal(lower, TextFeatures.Lower(text));
}
