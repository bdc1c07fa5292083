using CsCheck;
using Timbre.Generation;
using Xunit;

namespace Timbre.Tests.Generation;

public class LogitsMathTests
{
    [Fact]
    public void LogSumExpIsThatOfFloat64() =>
        Gen.Select(Gen.Float[-60, 60].Array[1, 100], Gen.Int[0, 50]).Sample((values, masked) =>
        {
            for (int i = 0; i < Math.Min(masked, values.Length - 1); i++)
                values[i] = float.NegativeInfinity;
            double max = values.Max(), expected = max + Math.Log(values.Sum(value => Math.Exp(value - max)));
            Assert.Equal(expected, LogitsMath.LogSumExp(values), 2e-6);
            Assert.Equal(values.Max(), LogitsMath.Max(values));
        });

    [Fact]
    public void OfNothingIsNegativeInfinity()
    {
        Assert.Equal(double.NegativeInfinity, LogitsMath.LogSumExp([]));
        Assert.Equal(double.NegativeInfinity, LogitsMath.LogSumExp([.. Enumerable.Repeat(float.NegativeInfinity, 20)]));
    }
}
