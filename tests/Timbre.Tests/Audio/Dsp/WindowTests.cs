using Timbre.Audio.Dsp;
using Xunit;

namespace Timbre.Tests.Audio.Dsp;

public class WindowTests
{
    [Theory]
    [InlineData("hann", WindowShape.Hann)]
    [InlineData("HANNING", WindowShape.Hann)]
    [InlineData("Bartlett", WindowShape.Bartlett)]
    [InlineData("povey", WindowShape.Povey)]
    internal void NamesAreFoundInAnyCase(string name, WindowShape shape) => Assert.Equal(shape, Window.Parse(name));

    [Theory]
    [InlineData("kaiser")]
    [InlineData("2")]
    public void AnUnknownNameIsRefused(string name) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => Window.Parse(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void ThePeriodicWindowIsTheSymmetricOneOfOneMore(int length)
    {
        foreach (WindowShape shape in Enum.GetValues<WindowShape>())
            Assert.Equal(Window.Create(shape, length + 1, periodic: false)[..^1], Window.Create(shape, length));
    }

    [Fact]
    public void ASymmetricWindowMirrors()
    {
        foreach (WindowShape shape in Enum.GetValues<WindowShape>())
        {
            float[] window = Window.Create(shape, 33, periodic: false);
            for (int i = 0; i < window.Length; i++)
                Assert.Equal(window[i], window[^(i + 1)], 1e-6f);
            Assert.Equal(1, window[16], 1e-6f);
        }
    }
}
