using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>Finds the runners of this assembly and runs cases and tables with them.</summary>
internal static class GoldenSuite
{
    private static readonly IGoldenRunner[] Runners = Implementations<IGoldenRunner>();
    private static readonly ITableRunner[] TableRunners = Implementations<ITableRunner>();

    /// <summary>Runs one case; the result is why it failed, or null.</summary>
    public static string? RunCase(GoldenFolder folder, string path)
    {
        try
        {
            GoldenCase golden = GoldenCase.Read(folder, path);
            IGoldenRunner? runner = Runners.FirstOrDefault(runner => runner.Family == golden.Family && runner.Entries.Contains(golden.Entry))
                ?? Runners.FirstOrDefault(runner => runner.Family is null && runner.Entries.Contains(golden.Entry));
            return runner is null ? $"no runner for '{golden.Entry}' of {golden.Family}" : RunCase(golden, runner);
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or IOException or WeightException or KeyNotFoundException or InvalidOperationException)
        {
            return $"the case cannot be read: {error.Message}";
        }
    }

    /// <summary>Runs one case with a given runner.</summary>
    public static string? RunCase(GoldenCase golden, IGoldenRunner runner)
    {
        var check = new GoldenCheck(golden);
        try
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            runner.Run(golden, check);
        }
        catch (Exception error)
        {
            check.Fail("", Thrown(error));
        }
        foreach (ReplayRandomSource replay in golden.Replays)
        {
            if (replay.Left > 0)
                check.Fail("rng", $"{replay.Left} recorded draws were not made");
            replay.Dispose();
        }
        return check.Failure;
    }

    /// <summary>Runs one table; without a runner every row has failed.</summary>
    public static IEnumerable<GoldenRow> RunTable(GoldenFolder folder, string family, string file)
    {
        var table = new GoldenTable(folder, family, file);
        ITableRunner? runner = TableRunners.FirstOrDefault(runner => runner.Family == family && runner.Handles(file));
        if (runner is null)
        {
            int rows = file.EndsWith(".tsv", StringComparison.Ordinal) ? Math.Max(1, table.Lines().Count()) : 1;
            return Enumerable.Range(0, rows).Select(row => new GoldenRow($"{row}", $"no runner for {family}/{file}"));
        }
        var results = new List<GoldenRow>();
        try
        {
            using var noGrad = no_grad();
            foreach (GoldenRow row in runner.Run(table))
                results.Add(row);
            if (results.Count == 0)
                results.Add(new GoldenRow("", "the table has no rows"));
        }
        catch (Exception error)
        {
            results.Add(new GoldenRow($"{results.Count}", Thrown(error)));
        }
        return results;
    }

    /// <summary>An exception in one line: torch's messages go on with a native stack trace.</summary>
    public static string Thrown(Exception error) => $"threw {error.GetType().Name}: {error.Message.Split('\n')[0]}";

    private static T[] Implementations<T>() =>
        [.. typeof(T).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(T)) && !type.IsNested)
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => (T)Activator.CreateInstance(type)!)];
}
