using Timbre.Cli;
using Xunit;

namespace Timbre.Tests.Cli;

public sealed class InputFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InputFilesTests()
    {
        foreach (string name in (string[])["b.wav", "a.wav", "c.mp3", ".hidden.wav", "x[1].wav", "in/d.wav", "in/deep/e.wav", "in/deep/f.txt"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "");
        }
    }

    [Theory]
    [InlineData("*.wav", "a.wav", "b.wav", "x[1].wav")]
    [InlineData("?.*", "a.wav", "b.wav", "c.mp3")]
    [InlineData("**/*.wav", "a.wav", "b.wav", "in/d.wav", "in/deep/e.wav", "x[1].wav")]
    [InlineData("in/*/*", "in/deep/e.wav", "in/deep/f.txt")]
    [InlineData("in/../*.mp3", "in/../c.mp3")]
    [InlineData("x[1].wav", "x[1].wav")]
    [InlineData(".*.wav", ".hidden.wav")]
    public void ExpandsPatterns(string pattern, params string[] expected) =>
        Assert.Equal(expected.Select(name => _folder[name]).Order(StringComparer.Ordinal), InputFiles.Expand([_folder[pattern]]).Order(StringComparer.Ordinal));

    [Fact]
    public void KeepsTheOrderOfNamesAndDropsRepetitions() =>
        Assert.Equal([_folder["c.mp3"], "-", _folder["a.wav"], _folder["b.wav"]],
            InputFiles.Expand([_folder["c.mp3"], "-", _folder["?.wav"], _folder["a.wav"]]));

    [Fact]
    public void SaysWhatIsNotThere()
    {
        Assert.Contains("none.wav: no such file", Assert.Throws<FileNotFoundException>(() => InputFiles.Expand([_folder["none.wav"]])).Message, StringComparison.Ordinal);
        Assert.Contains("no file matches", Assert.Throws<FileNotFoundException>(() => InputFiles.Expand([_folder["*.flac"]])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => InputFiles.Expand([_folder["in"]])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
