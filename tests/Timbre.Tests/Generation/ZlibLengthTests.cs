using System.Text;
using Timbre.Generation;
using Timbre.Generation.Zlib;
using Xunit;

namespace Timbre.Tests.Generation;

/// <summary>Lengths made by zlib 1.2.13 at its default level.</summary>
public class ZlibLengthTests
{
    [Theory]
    [InlineData("", 8)]
    [InlineData("and and and and and", 14)]
    [InlineData(" the ,  12", 18)]
    [InlineData("eEs-waIN)[P-5?.nd,*s", 28)]
    [InlineData("HD>M?E-pg]@/dcpB%2u-", 28)]
    [InlineData("the ask the over ask ask over the ask the the over the the ask over the the the ask", 38)]
    [InlineData("<Yr", 11)]
    [InlineData("H", 9)]
    [InlineData("fa fa fa", 13)]
    [InlineData("W|", 10)]
    [InlineData("country ", 16)]
    [InlineData("fa . fa . .", 16)]
    [InlineData("}iIxa", 13)]
    [InlineData("vm", 10)]
    [InlineData("bat and over  12", 24)]
    [InlineData("/yBs,D5!f=/1dJQzZ%)y($`h7;T/UylqJM&=R(rj", 48)]
    [InlineData("the . and", 17)]
    [InlineData("VvaBo", 13)]
    [InlineData("mphe faathat over over overat bat overиatco overre", 41)]
    [InlineData(" ask not what your country can do for you, ask what you can do for your country. ask not what your country can do for you, ask what you can do for your country. ask not what your country can do for you, ask what you can do for your country.", 61)]
    [InlineData("客観的実在の判断的知識が整理するのである。客観的実在の判断的知識が整理するのである。客観的実在の判断的知識が整理するのである。客観的実在の判断的知識が整理するのである。", 75)]
    public void IsThatOfZlibForTexts(string text, int length) => Assert.Equal(length, ZlibLength.Of(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(1, 1, 9)]
    [InlineData(2, 1, 10)]
    [InlineData(3, 1, 11)]
    [InlineData(300, 1, 13)]
    [InlineData(1000, 2, 209)]
    [InlineData(5000, 3, 1324)]
    [InlineData(30000, 6, 11873)]
    [InlineData(40000, 26, 25295)]
    [InlineData(70000, 20, 42395)]
    [InlineData(70000, 2, 11208)]
    public void IsThatOfZlibForNoise(int count, int letters, int length)
    {
        var bytes = new byte[count];
        uint state = 1;
        for (int i = 0; i < count; i++)
        {
            state = unchecked(state * 1103515245 + 12345) & 0x7fffffff;
            bytes[i] = (byte)('a' + (state >> 16) % letters);
        }
        Assert.Equal(length, ZlibLength.Of(bytes));
    }

    [Fact]
    public void TheRatioOfNothingIsZero() => Assert.Equal(0, CompressionRatio.Of(""));
}
