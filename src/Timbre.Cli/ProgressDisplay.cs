using Spectre.Console;

namespace Timbre.Cli;

/// <summary>Shows on a terminal's standard error how far work has come; nothing where it is redirected or unwanted.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work, which reports the done part of it, from 0 to 1.</summary>
    public static Task<T> RunAsync<T>(CommandHost host, bool shown, string title, Func<Action<double>, Task<T>> work) =>
        RunAsync(host, shown, context =>
        {
            if (context is null)
                return work(_ => { });
            ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
            task.IsIndeterminate = true;
            return work(done =>
            {
                task.IsIndeterminate = false;
                task.Value = done;
            });
        });

    /// <summary>Does the work, which adds its own bars; it gets null where none are shown.</summary>
    public static async Task<T> RunAsync<T>(CommandHost host, bool shown, Func<ProgressContext?, Task<T>> work)
    {
        if (!shown || host.ErrorRedirected)
            return await work(null);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Error),
            // Otherwise a redirected standard output would end the animation.
            Interactive = InteractionSupport.Yes,
        });
        return await console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(work);
    }
}
