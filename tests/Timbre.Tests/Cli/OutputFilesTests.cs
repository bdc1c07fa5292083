using Timbre.Cli;
using Xunit;

namespace Timbre.Tests.Cli;

public sealed class OutputFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly OutputFiles _outputs = new();

    [Fact]
    public void AFileAppearsWhenItIsKept()
    {
        using (OutputFile file = _outputs.Create(_folder["new/a.txt"]))
        {
            File.WriteAllText(file.Path, "whole");
            Assert.False(File.Exists(_folder["new/a.txt"]));
            Assert.Equal(".txt", Path.GetExtension(file.Path));
            file.Keep();
        }
        Assert.Equal("whole", File.ReadAllText(_folder["new/a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder["new"]));
    }

    [Fact]
    public void WhatIsNotKeptIsRemoved()
    {
        OutputFile first = _outputs.Create(_folder["a"]), second = _outputs.Create(_folder["b"]);
        File.WriteAllText(first.Path, "half");
        File.WriteAllText(second.Path, "half");
        first.Dispose();
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
        _outputs.AbandonAll();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        second.Dispose();
    }

    [Fact]
    public void ALinkStaysALinkAndAFileKeepsItsMode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        File.WriteAllText(_folder["real"], "old");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["real"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(_folder["link"], _folder["real"]);
        File.CreateSymbolicLink(_folder["dangling"], _folder["later"]);
        foreach (string name in (string[])["link", "dangling"])
        {
            using OutputFile file = _outputs.Create(_folder[name]);
            File.WriteAllText(file.Path, "new");
            file.Keep();
        }
        Assert.Equal(("new", "new"), (File.ReadAllText(_folder["real"]), File.ReadAllText(_folder["later"])));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["real"]));
    }

    [Fact]
    public void KnowsWhatIsNoPlainFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other devices");
        File.WriteAllText(_folder["plain"], "");
        Assert.False(OutputFiles.IsSpecial(_folder["plain"]));
        Assert.False(OutputFiles.IsSpecial(_folder["none"]));
        Assert.True(OutputFiles.IsSpecial("/dev/null"));
        Assert.Throws<IOException>(() => _outputs.Create(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
