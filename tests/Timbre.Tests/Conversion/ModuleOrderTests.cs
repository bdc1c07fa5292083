using Timbre.Conversion;
using Xunit;

namespace Timbre.Tests.Conversion;

public class ModuleOrderTests
{
    [Fact]
    public void NumbersGoBySizeNamesByTheTableOthersAsTheyCome() => Assert.Equal(
        ["in.weight", "in.bias", "layers.2.b.weight", "layers.2.b.scales", "layers.10.a.weight", "layers.10.zz", "layers.10.yy", "other"],
        ModuleOrder.Sort(
            ["other", "layers.10.zz", "layers.10.yy", "layers.10.a.weight", "layers.2.b.scales", "layers.2.b.weight", "in.bias",
                "in.weight"],
            name => name, ["in", "layers", "a", "b"]));

    [Fact]
    public void WithoutATableTheOrderIsTheSources() => Assert.Equal(["b", "a"], ModuleOrder.Sort(["b", "a"], name => name, []));
}
