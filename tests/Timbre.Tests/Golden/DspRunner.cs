using Timbre.Audio.Dsp;

namespace Timbre.Tests.Golden;

/// <summary>The cases of <c>dsp</c>: every folder holds many small cases, each with its own operation.</summary>
internal sealed class DspRunner : IGoldenRunner
{
    private static readonly Dictionary<string, Action<GoldenCase, GoldenCheck>> Operations = new()
    {
        ["dsp.window"] = RunWindow,
    };

    public string Family => "dsp";

    public IEnumerable<string> Entries => ["dsp.window"];

    public void Run(GoldenCase golden, GoldenCheck check) =>
        check.ForEachSubCase((part, partCheck) => Operations[part.Argument("op", "")](part, partCheck));

    private static void RunWindow(GoldenCase part, GoldenCheck check)
    {
        int size = part.Argument("size", 0);
        bool periodic = part.Argument("periodic", false);
        float[] window = Window.Create(Window.Parse(part.Argument("window", "")), size, periodic);
        check.Compare("out.w", window);
        if (size == 1 && !periodic)
        {
            check.ReferenceOnly("error", "it divides by zero; a window of one value is 1");
            if (window is not [1])
                check.Fail("out.w", "a symmetric window of one value is 1");
        }
    }
}
