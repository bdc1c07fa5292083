using CsCheck;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class StressRuleTests
{
    [Theory]
    [InlineData("ɹˈɛkˌəɹd", null, "ɹˈɛkˌəɹd")]
    [InlineData("ɹˈɛkˌəɹd", -2.0, "ɹɛkəɹd")]
    [InlineData("ɹˈɛkˌəɹd", -1.0, "ɹˌɛkəɹd")]
    [InlineData("ɹˈɛkˌəɹd", -0.5, "ɹˌɛkəɹd")]
    [InlineData("ɹˈɛkˌəɹd", 0.0, "ɹˌɛkəɹd")]
    [InlineData("ɹˈɛkˌəɹd", 2.0, "ɹˈɛkˌəɹd")]
    [InlineData("hi", 0.5, "hˌi")]
    [InlineData("hi", 1.0, "hˌi")]
    [InlineData("hi", 2.0, "hˈi")]
    [InlineData("hi", -0.5, "hi")]
    [InlineData("hˌi", 0.5, "hˌi")]
    [InlineData("hˌi", 1.0, "hˈi")]
    [InlineData("hmmm", 2.0, "hmmm")]
    public void Levels(string phonemes, double? level, string expected) => Assert.Equal(expected, StressRule.Apply(phonemes, level));

    [Fact]
    public void Only_marks_change() => Gen.Select(Gen.Char["ˈˌæɪəktsmɹAI"].Array[0, 12], Gen.Int[-6, 6]).Sample((letters, halves) =>
    {
        var phonemes = new string(letters);
        Assert.Equal(StressRule.Apply(phonemes, StressRule.None), StressRule.Apply(StressRule.Apply(phonemes, halves / 2.0), StressRule.None));
    });
}
