using CsCheck;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class TextOverridesTests
{
    [Fact]
    public void Features_lie_on_the_tokens_of_their_text()
    {
        var overrides = TextOverrides.Parse("  A [b c](/x y/)'s [d](-0.5) [10](#a&#) [e](+2) [f](no) g.");
        Assert.Equal("A b c's d 10 e f g.", overrides.Text);
        var words = overrides.Apply(
        [
            new("A", "DT", " "), new("b", "NN", " "), new("c", "NN", ""), new("'s", "POS", " "), new("d", "NN", " "), new("10", "CD", " "),
            new("e", "NN", " "), new("f", "NN", " "), new("g", "NN", ""), new(".", ".", ""),
        ]);
        Assert.Equal(["A", "b c", "'s", "d", "10", "e", "f", "g", "."], words.Select(word => word.Text));
        Assert.Equal([null, "x y", null, null, null, null, null, null, null], words.Select(word => word.Phonemes));
        Assert.Equal([null, null, null, -0.5, null, 2.0, null, null, null], words.Select(word => word.Stress));
        Assert.Equal("a&", words[4].NumberFlags);
    }

    [Fact]
    public void Neighbouring_readings_stay_apart()
    {
        var words = TextOverrides.Parse("[a](/x/) [b](/y/)").Apply([new("a", "NN", " "), new("b", "NN", "")]);
        Assert.Equal(["x", "y"], words.Select(word => word.Phonemes));
    }

    [Fact]
    public void Text_without_links_stays_as_it_is() => Gen.String[Gen.Char["ab [](/)\n1"], 0, 20].Where(text => !text.Contains("](")).Sample(text =>
        Assert.Equal(text.TrimStart(), TextOverrides.Parse(text).Text));
}
