using Timbre.Audio.Dsp;
using Xunit;

namespace Timbre.Tests.Audio.Dsp;

public class InterpolationTests
{
    private static readonly float[] Slow = [.. Enumerable.Range(0, 480).Select(i => MathF.Sin(2 * MathF.PI * 5 * i / 480))];

    [Fact]
    public void EveryMethodKeepsASlowTone()
    {
        foreach ((float[] result, float tolerance) in new[] { (Interpolation.Linear(Slow, 48000, 32000), 5e-3f), (Interpolation.Sinc(Slow, 48000, 32000), 2e-2f), (Interpolation.Fourier(Slow, 48000, 32000), 1e-5f) })
        {
            Assert.Equal(320, result.Length);
            for (int i = 20; i < 300; i++)
                Assert.Equal(MathF.Sin(2 * MathF.PI * 5 * i / 320), result[i], tolerance);
        }
    }

    [Fact]
    public void SpeedKeepsTheEnds()
    {
        float[] fast = Interpolation.ChangeSpeed(Slow, 1.7);
        Assert.Equal((int)(480 / 1.7), fast.Length);
        Assert.Equal(Slow[0], fast[0]);
        Assert.Equal(Slow[^1], fast[^1]);
        Assert.Single(Interpolation.ChangeSpeed(Slow, 1e6));
    }

    [Fact]
    public void NothingStaysNothing()
    {
        Assert.Empty(Interpolation.Linear([], 3, 2));
        Assert.Empty(Interpolation.Sinc([], 3, 2));
        Assert.Empty(Interpolation.Fourier([], 3, 2));
        Assert.Empty(Interpolation.ChangeSpeed([], 2));
    }
}
