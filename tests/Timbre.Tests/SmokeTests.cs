using TorchSharp;
using Xunit;

namespace Timbre.Tests;

public class SmokeTests
{
    [Fact]
    public void TorchLoads() => Assert.Equal(2, torch.ones(2).shape[0]);
}
