using System.IO.Enumeration;

namespace Timbre.Tests.Golden;

/// <summary>Runs the cases of a folder and says what passed: the program behind <c>./test --golden FOLDER [FAMILY ...]</c>.</summary>
internal static class GoldenProgram
{
    /// <summary>Prints one line a failing case, one a family, and the totals.</summary>
    /// <param name="path">The folder of families.</param>
    /// <param name="wanted">Families (<c>whisper</c>) or parts of them (<c>whisper/transcribe-long</c>, <c>whisper/mel-*</c>); none: all.</param>
    /// <param name="output">Where to print.</param>
    /// <returns>The exit code: 0 when nothing failed.</returns>
    public static int Run(string path, IReadOnlyList<string> wanted, TextWriter output)
    {
        GoldenFolder folder;
        try
        {
            folder = new GoldenFolder(path);
        }
        catch (DirectoryNotFoundException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
        var total = new Tally();
        var matched = new HashSet<string>();
        foreach (string family in folder.Families)
        {
            var tally = new Tally();
            foreach (string golden in folder.Cases(family).Where(name => IsWanted(name, wanted, matched)))
                tally.Count(GoldenSuite.RunCase(folder, golden) is string failure ? $"{golden}: {failure}" : null, output);
            foreach (string table in folder.Tables(family).Where(name => IsWanted($"{family}/{name}", wanted, matched)))
            {
                foreach (GoldenRow row in GoldenSuite.RunTable(folder, family, table))
                    tally.Count(row.Failure is string failure ? $"{family}/{table}#{row.Name}: {failure}" : null, output, row.Skipped);
            }
            if (tally.All > 0)
                output.WriteLine($"{family}: {tally.Passed} of {tally.All}");
            total.Add(tally);
        }
        foreach (string missing in wanted.Except(matched))
            total.Count($"{missing}: there is no such family or case", output);
        if (total.All == 0)
            total.Count($"{folder.Path}: nothing to run", output);
        output.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
        return total.Failed == 0 ? 0 : 1;
    }

    private static bool IsWanted(string name, IReadOnlyList<string> wanted, HashSet<string> matched)
    {
        string[] matching = [.. wanted.Where(pattern => name.StartsWith(pattern + "/", StringComparison.Ordinal)
            || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))];
        matched.UnionWith(matching);
        return wanted.Count == 0 || matching.Length > 0;
    }

    private sealed class Tally
    {
        public int Passed { get; private set; }
        public int Failed { get; private set; }
        public int Skipped { get; private set; }
        public int All => Passed + Failed + Skipped;

        public void Count(string? failure, TextWriter output, string? skipped = null)
        {
            if (failure is not null)
            {
                Failed++;
                output.WriteLine($"FAIL {failure.ReplaceLineEndings(" ")}");
            }
            else if (skipped is not null)
            {
                Skipped++;
            }
            else
            {
                Passed++;
            }
        }

        public void Add(Tally other)
        {
            Passed += other.Passed;
            Failed += other.Failed;
            Skipped += other.Skipped;
        }
    }
}
