using System.Text.Json;
using System.Text.Json.Nodes;
using Timbre.Conversion;
using Xunit;

namespace Timbre.Tests.Conversion;

/// <summary>The expected texts are what Python 3 prints for <c>json.dumps(json.loads(text), indent=4)</c>.</summary>
public class PythonJsonTests
{
    [Theory]
    [InlineData("0.0", "0.0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("-0", "0")]
    [InlineData("1e-6", "1e-06")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00012345", "0.00012345")]
    [InlineData("1E5", "100000.0")]
    [InlineData("1000000.0", "1000000.0")]
    [InlineData("123456789012345680.0", "1.2345678901234568e+17")]
    [InlineData("1e15", "1000000000000000.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("1e23", "1e+23")]
    [InlineData("1.5e300", "1.5e+300")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("0.1", "0.1")]
    [InlineData("-2.50", "-2.5")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("1500", "1500")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("[]", "[]")]
    [InlineData("{}", "{}")]
    [InlineData("\"\"", "\"\"")]
    public void WritesValues(string json, string expected) => Assert.Equal(expected, PythonJson.Write(JsonNode.Parse(json)));

    [Fact]
    public void EscapesAllButAscii() =>
        Assert.Equal("\"\\u2581\\u00e9\\ud83c\\udfa4\\u0001\\t\\\"\\\\/<>&'\x7F\"",
            PythonJson.Write(JsonValue.Create("▁é🎤\x01\t\"\\/<>&'\x7F")));

    [Fact]
    public void IndentsByFour() => Assert.Equal(
        "{\n    \"a\": [\n        1,\n        {\n            \"b\": []\n        }\n    ],\n    \"c\": null\n}",
        PythonJson.Write(JsonNode.Parse("""{"a":[1,{"b":[]}],"c":null}""")));

    [Fact]
    public void ConfigsAreSortedOnTheTopLevelAlone()
    {
        JsonElement source = JsonDocument.Parse(
            """{"z":{"y":1,"x":2},"_name_or_path":"p","vision_config":{},"a":1,"Z":0,"z":{"y":3,"x":2},"model_type":"old"}""").RootElement;
        Assert.Equal(
            "{\n    \"Z\": 0,\n    \"a\": 1,\n    \"model_type\": \"new\",\n    \"z\": {\n        \"y\": 3,\n        \"x\": 2\n    }\n}",
            ConvertedConfig.Write(ConvertedConfig.Create(source, "new", null)));
    }
}
