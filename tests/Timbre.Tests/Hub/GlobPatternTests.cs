using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>Patterns against what Python's <c>fnmatch.fnmatchcase</c> says of them.</summary>
public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*.json", "config.json", true)]
    [InlineData("*.json", "a/b/config.json", true)]
    [InlineData("*.json", "config.JSON", false)]
    [InlineData("*.json", "config.jsonl", false)]
    [InlineData("voices/", "voices/a/b.bin", true)]
    [InlineData("voices/", "my-voices/a", false)]
    [InlineData("voices/*", "voices/a", true)]
    [InlineData("file?.txt", "file1.txt", true)]
    [InlineData("file?.txt", "file10.txt", false)]
    [InlineData("[ab].txt", "a.txt", true)]
    [InlineData("[!ab].txt", "a.txt", false)]
    [InlineData("[!ab].txt", "c.txt", true)]
    [InlineData("[a-c].txt", "b.txt", true)]
    [InlineData("[]].txt", "].txt", true)]
    [InlineData("[!]].txt", "].txt", false)]
    [InlineData("[^a].txt", "^.txt", true)]
    [InlineData("[a.txt", "[a.txt", true)]
    [InlineData("a+(b).txt", "a+(b).txt", true)]
    [InlineData("*", "a\nb", true)]
    [InlineData("a.b", "axb", false)]
    public void Matches(string pattern, string path, bool expected) => Assert.Equal(expected, new GlobPattern([pattern]).Matches(path));

    [Fact]
    public void ASetThatIsNoneIsAnError() => Assert.Contains("[z-a]", Assert.Throws<ArgumentException>(() => new GlobPattern(["[z-a]"])).Message, StringComparison.Ordinal);
}
