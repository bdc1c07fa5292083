using System.Text;
using CsCheck;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class PythonRegexTests
{
    private static readonly Gen<int> Points = Gen.Int[0x20, 0x10FFFF].Where(Rune.IsValid);

    [Fact]
    public void A_class_holds_the_code_points_of_its_range_and_no_others()
    {
        Gen.Select(Points, Points, Points).Sample((a, b, other) =>
        {
            (int low, int high) = (Math.Min(a, b), Math.Max(a, b));
            string range = $"[\\U{low:X8}-\\U{high:X8}]";
            var (positive, negative) = (PythonRegex.Create($"^{range}$"), PythonRegex.Create($"^{range.Replace("[", "[^", StringComparison.Ordinal)}$"));
            foreach (int point in new[] { low, high, low - 1, high + 1, (low + high) / 2, other }.Where(Rune.IsValid))
            {
                string text = char.ConvertFromUtf32(point);
                bool inside = point >= low && point <= high;
                Assert.Equal(inside, positive.IsMatch(text));
                Assert.Equal(!inside, negative.IsMatch(text));
            }
        }, iter: 300);
    }

    [Theory]
    [InlineData(@"^(?:[\U0001F600x]){2}$", "\U0001F600x", true)]
    [InlineData(@"(?<=[\U0001F600])\.$", "\U0001F600.", true)]
    [InlineData(@"(?<=[\U0001F600])\.$", "\U0001F601.", false)]
    [InlineData(@"^[\u00a1-\uffff]+$", "\U0001F600", false)]
    [InlineData(@"(?u)^[\w\-\.]+$", "Aé9_-.½", true)]
    [InlineData(@"^\U0001F600?$", "", true)]
    public void Means_what_it_means_in_Python(string pattern, string text, bool matches) =>
        Assert.Equal(matches, PythonRegex.Create(pattern).IsMatch(text));

    [Fact]
    public void Alternatives_are_those_at_the_top() =>
        Assert.Equal([@"a\|", "[|b]", "(?:c|d)", ""], PythonRegex.Alternatives(@"a\||[|b]|(?:c|d)|"));
}
