using System.Globalization;
using System.Numerics;
using CsCheck;
using Timbre.Text.Phonemes.English;
using Xunit;

namespace Timbre.Tests.Text.Phonemes.English;

public class NumberWordsTests
{
    private static readonly Dictionary<string, BigInteger> Values = NamedValues();

    [Theory]
    [InlineData("0", "zero")]
    [InlineData("13", "thirteen")]
    [InlineData("40", "forty")]
    [InlineData("99", "ninety-nine")]
    [InlineData("100", "one hundred")]
    [InlineData("115", "one hundred and fifteen")]
    [InlineData("1001", "one thousand and one")]
    [InlineData("1234", "one thousand, two hundred and thirty-four")]
    [InlineData("1000000", "one million")]
    [InlineData("8336817", "eight million, three hundred and thirty-six thousand, eight hundred and seventeen")]
    public void Cardinals(string number, string words) => Assert.Equal(words, NumberWords.Cardinal(BigInteger.Parse(number, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(1, "first")]
    [InlineData(12, "twelfth")]
    [InlineData(20, "twentieth")]
    [InlineData(21, "twenty-first")]
    [InlineData(100, "one hundredth")]
    [InlineData(1009, "one thousand and ninth")]
    public void Ordinals(int number, string words) => Assert.Equal(words, NumberWords.Ordinal(number));

    [Theory]
    [InlineData(1984, "nineteen eighty-four")]
    [InlineData(1900, "nineteen hundred")]
    [InlineData(1905, "nineteen oh-five")]
    [InlineData(2000, "two thousand")]
    [InlineData(2001, "two thousand and one")]
    [InlineData(2010, "twenty ten")]
    [InlineData(2024, "twenty twenty-four")]
    [InlineData(476, "four seventy-six")]
    [InlineData(44, "forty-four")]
    public void Years(int year, string words) => Assert.Equal(words, NumberWords.Year(year));

    [Fact]
    public void The_words_of_every_number_add_up_to_it() =>
        Gen.Select(Gen.Int[0, 999], Gen.Int[1, NumberWords.MaximumDigits / 3], Gen.Int[0, 10]).Array[1, 10].Sample(parts =>
        {
            var number = BigInteger.Zero;
            foreach (var (value, _, zero) in parts) number = number * 1000 + (zero < 3 ? 0 : value);
            Assert.Equal(number, ValueOf(NumberWords.Cardinal(number)));
        });

    private static BigInteger ValueOf(string words)
    {
        var (total, group) = (BigInteger.Zero, BigInteger.Zero);
        foreach (var word in words.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "and"))
        {
            var value = Values[word];
            if (value == 100) group *= 100;
            else if (value < 100) group += value;
            else
            {
                total += group * value;
                group = 0;
            }
        }
        return total + group;
    }

    private static Dictionary<string, BigInteger> NamedValues()
    {
        string[] small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".Split(' ');
        string[] tens = "twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');
        string[] thousands = "thousand million billion trillion quadrillion quintillion sextillion septillion octillion".Split(' ');
        return small.Select((word, i) => (word, (BigInteger)i))
            .Concat(tens.Select((word, i) => (word, (BigInteger)(20 + 10 * i))))
            .Concat(thousands.Select((word, i) => (word, BigInteger.Pow(1000, i + 1))))
            .Append(("hundred", 100))
            .ToDictionary();
    }
}
