using System.Text;
using CsCheck;
using Timbre.Loading;
using Xunit;

namespace Timbre.Tests.Loading;

public class YamlConfigTests
{
    [Theory]
    [InlineData("a: 1\nb: -2\nc: 1.5\nd: 1e-05\ne: .5\nf: .inf\ng: -.inf", """{"a":1,"b":-2,"c":1.5,"d":1E-05,"e":0.5,"f":"Infinity","g":"-Infinity"}""")]
    [InlineData("a: true\nb: False\nc: null\nd: ~\ne:\nf: yes", """{"a":true,"b":false,"c":null,"d":null,"e":null,"f":"yes"}""")]
    [InlineData("a: '1'\nb: \"true\"\nc: 1.2.3\nd: nemo:x.model\ne: ${a}\nf: 0123\ng: 99999999999999999999", """{"a":"1","b":"true","c":"1.2.3","d":"nemo:x.model","e":"${a}","f":123,"g":1E+20}""")]
    [InlineData("a:\n  b: [1, {c: 2}]\n  d:\n  - x\n  - ' '", """{"a":{"b":[1,{"c":2}],"d":["x"," "]}}""")]
    [InlineData("a: &x {b: 1}\nc: *x\nd: [*x, *x]", """{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}""")]
    [InlineData("a: |\n  two\n  lines\nb: !!str 5", """{"a":"two\nlines\n","b":"5"}""")]
    [InlineData("a: 1\na: 2", """{"a":2}""")]
    public void ReadsPlainData(string yaml, string json) => Assert.Equal(json, YamlConfig.Parse(yaml, "model_config.yaml").Root.GetRawText());

    [Theory]
    [InlineData("a: !!python/object/apply:os.system ['x']", "python/object/apply:os.system")]
    [InlineData("a: !thing 5", "!thing")]
    [InlineData("a: *x", "stands for nothing")]
    [InlineData("a: &x [*x]", "stands for nothing")]
    [InlineData("- 1", "no mapping")]
    [InlineData("", "cannot be read")]
    [InlineData("a: [1", "cannot be read")]
    [InlineData("a: !![", "cannot be read")]
    [InlineData("[1]: 2", "a key is no plain text")]
    [InlineData("{[1]: 2}", "a key is no plain text")]
    public void RefusesTheRest(string yaml, string reason)
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => YamlConfig.Parse(yaml, "model_config.yaml"));
        Assert.StartsWith("model_config.yaml: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesWhatGrowsOrNestsWithoutEnd()
    {
        var laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 12; level++)
            laughs.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        Assert.Contains("values", Assert.Throws<ModelNotSupportedException>(() => YamlConfig.Parse(laughs.ToString(), "x")).Message, StringComparison.Ordinal);
        string deep = "a: " + new string('[', 100_000);
        Assert.Contains("deeper", Assert.Throws<ModelNotSupportedException>(() => YamlConfig.Parse(deep, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ArbitraryTextsAreReadOrRefused() => Gen.String["ab:-[]{}*&!|>'\"#, \n\t0.~"].Sample(text =>
    {
        try
        {
            YamlConfig.Parse(text, "x");
        }
        catch (ModelNotSupportedException)
        {
        }
    }, iter: 5_000);
}
