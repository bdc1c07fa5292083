using Spectre.Console;
using Timbre.Hub;

namespace Timbre.Cli;

/// <summary>Shows on a terminal's standard error how far downloads have come: a bar for each file that is under way.</summary>
internal sealed class DownloadDisplay(ProgressContext context) : IProgress<HubProgress>
{
    private readonly Dictionary<(string Repository, string File), ProgressTask> _files = [];

    /// <summary>Does work that may download, under a title of its own.</summary>
    public static Task<T> RunAsync<T>(CommandHost host, bool shown, string title, Func<IProgress<HubProgress>?, Task<T>> work) =>
        ProgressDisplay.RunAsync(host, shown, context =>
        {
            if (context is null)
                return work(null);
            context.AddTask(Markup.Escape(title), maxValue: 1).IsIndeterminate = true;
            return work(new DownloadDisplay(context));
        });

    /// <inheritdoc/>
    public void Report(HubProgress value)
    {
        (string, string) key = (value.Repository, value.File);
        if (!_files.TryGetValue(key, out ProgressTask? task))
        {
            // What was there before is not shown.
            if (value.FileBytes == value.FileSize)
                return;
            _files[key] = task = context.AddTask(Markup.Escape(value.File), maxValue: value.FileSize);
        }
        task.Value = value.FileBytes;
        if (value.FileBytes == value.FileSize)
            task.StopTask();
    }
}
