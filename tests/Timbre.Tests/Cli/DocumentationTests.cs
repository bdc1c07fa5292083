using System.CommandLine;
using System.Text.RegularExpressions;
using Timbre.Cli;
using Xunit;

namespace Timbre.Tests.Cli;

/// <summary>What the documents say is what the program does.</summary>
public partial class DocumentationTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Commands
    {
        get
        {
            string[] pages = ["README.md", "CONTRIBUTING.md", .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(path => Path.GetRelativePath(Root, path))];
            return [.. pages.SelectMany(page => CommandsIn(File.ReadAllText(Path.Combine(Root, page)))).Distinct()];
        }
    }

    public static TheoryData<string> Examples
    {
        get
        {
            using var run = new CliRun();
            var root = (RootCommand)CommandLine.Parse([], run.Host()).RootCommandResult.Command;
            return [.. root.Subcommands.OfType<Verb>().SelectMany(verb => verb.Examples)];
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EachCommandInTheDocumentsParses(string command) => AssertParses(command);

    [Theory]
    [MemberData(nameof(Examples))]
    public void EachExampleOfTheHelpParses(string example) => AssertParses(Assert.Single(CommandsIn($"```sh\n{example}\n```")));

    [Fact]
    public void ThereAreCommandsToCheck() => Assert.True(Commands.Count > 20);

    [Fact]
    public void TheModelsPageIsWhatTheRegistrySays() =>
        Assert.Equal(ModelsPage.Write(), File.ReadAllText(Path.Combine(Root, "docs", "models.md")).ReplaceLineEndings("\n"));

    [Fact]
    public void TheCommandLinePageNamesEachOption()
    {
        using var run = new CliRun();
        string page = File.ReadAllText(Path.Combine(Root, "docs", "cli.md"));
        Command root = CommandLine.Parse([], run.Host()).RootCommandResult.Command;
        IEnumerable<string> names = root.Options.Concat(root.Subcommands.SelectMany(verb => verb.Options)).Select(option => option.Name);
        Assert.All(names.Distinct(), name => Assert.Contains($"`{name}", page, StringComparison.Ordinal));
    }

    [Fact]
    public void TheReadmesProgramIsTheOneThatIsCompiled()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");
        string compiled = File.ReadAllText(Path.Combine(Root, "tests", "Timbre.Tests", "Cli", "ReadmeExample.cs")).ReplaceLineEndings("\n");
        string body = string.Join('\n', compiled.Split('\n').Where(line => line.Length == 0 || line.StartsWith("        ", StringComparison.Ordinal))
            .Select(line => line.Length == 0 ? line : line[8..])).Trim();
        Assert.Contains($"```csharp\nusing Timbre;\nusing Timbre.Audio;\n\n{body}\n```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void ThirdPartyNamesEachShippedFolderAndPackage()
    {
        string page = File.ReadAllText(Path.Combine(Root, "THIRD_PARTY.md"));
        Assert.All(Directory.GetDirectories(Path.Combine(Root, "models")), folder => Assert.Contains($"`{Path.GetFileName(folder)}/", page, StringComparison.Ordinal));
        string packages = File.ReadAllText(Path.Combine(Root, "Directory.Packages.props"));
        Assert.All(PackageName().Matches(packages), package => Assert.Contains(package.Groups[1].Value, page, StringComparison.Ordinal));
    }

    private static void AssertParses(string command)
    {
        using var run = new CliRun();
        Assert.Empty(CommandLine.Parse([.. Words(command)], run.Host()).Errors.Select(error => error.Message));
    }

    /// <summary>The arguments of each <c>timbre</c> that begins a command in the blocks <c>sh</c> of a page, up to the next pipe or redirection.</summary>
    private static IEnumerable<string> CommandsIn(string page) =>
        from Match block in ShellBlock().Matches(page)
        from line in block.Groups[1].Value.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        from Match call in Call().Matches(line)
        select call.Groups[1].Value.Trim();

    private static IEnumerable<string> Words(string command) =>
        Word().Matches(command).Select(word => word.Value.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Timbre.slnx")))
                return folder;
        }
        throw new DirectoryNotFoundException("the tests run in a checkout");
    }

    [GeneratedRegex("PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex PackageName();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("""(?:^|\|)\s*(?:\./)?timbre ((?:"[^"]*"|'[^']*'|[^|<>#"'&;)])*)""")]
    private static partial Regex Call();

    [GeneratedRegex("""(?:"[^"]*"|'[^']*'|[^\s"'])+""")]
    private static partial Regex Word();
}
