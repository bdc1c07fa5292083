using System.Diagnostics;

namespace Timbre.Benchmarks;

/// <summary>Times several things in turn, A B A B …, so that a machine whose speed drifts is fair to all of them.</summary>
internal static class Stopper
{
    /// <summary>Elapsed and processor seconds of the runs of one thing.</summary>
    internal sealed record Timing(string Name, List<double> Seconds, List<double> ProcessorSeconds)
    {
        public double Best => Seconds.Min();

        public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);

        public double BestProcessor => ProcessorSeconds.Min();
    }

    /// <summary>Runs each once untimed, then all of them in turn.</summary>
    public static List<Timing> Run(int runs, params (string Name, Action Run)[] things)
    {
        foreach ((_, Action run) in things)
            run();
        List<Timing> timings = [.. things.Select(thing => new Timing(thing.Name, [], []))];
        for (int i = 0; i < runs; i++)
        {
            for (int j = 0; j < things.Length; j++)
            {
                TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
                var clock = Stopwatch.StartNew();
                things[j].Run();
                timings[j].Seconds.Add(clock.Elapsed.TotalSeconds);
                timings[j].ProcessorSeconds.Add((Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds);
            }
        }
        return timings;
    }
}
