using Spectre.Console;

namespace Timbre.Cli;

/// <summary>Shows on a terminal's standard error how far work has come; nothing where it is redirected or unwanted.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work, which reports the done part of it, from 0 to 1.</summary>
    public static async Task<T> RunAsync<T>(CommandHost host, bool shown, string title, Func<Action<double>, Task<T>> work)
    {
        if (!shown || host.ErrorRedirected)
            return await work(_ => { });
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Error),
            // Otherwise a redirected standard output would end the animation.
            Interactive = InteractionSupport.Yes,
        });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
                task.IsIndeterminate = true;
                return work(done =>
                {
                    task.IsIndeterminate = false;
                    task.Value = done;
                });
            });
    }
}
