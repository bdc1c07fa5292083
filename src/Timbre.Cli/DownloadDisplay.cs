using Spectre.Console;
using Timbre.Hub;

namespace Timbre.Cli;

/// <summary>Shows on a terminal's standard error how far downloads have come: a bar for the whole, and one for each file under way.</summary>
internal sealed class DownloadDisplay : IProgress<HubProgress>
{
    private readonly Dictionary<(string Repository, string File), ProgressTask> _files = [];
    private readonly ProgressContext _context;
    private readonly ProgressTask _whole;
    private readonly string _title;

    private DownloadDisplay(ProgressContext context, string title)
    {
        (_context, _title) = (context, Markup.Escape(title));
        _whole = context.AddTask(_title, maxValue: 1);
        _whole.IsIndeterminate = true;
    }

    /// <summary>Does work that may download, under a title of its own.</summary>
    public static Task<T> RunAsync<T>(CommandHost host, bool shown, string title, Func<IProgress<HubProgress>?, Task<T>> work) =>
        ProgressDisplay.RunAsync(host, shown, context => work(context is null ? null : new DownloadDisplay(context, title)));

    /// <inheritdoc/>
    public void Report(HubProgress value)
    {
        ShowWhole(value);
        (string, string) key = (value.Repository, value.File);
        bool isWhole = value.FileBytes == value.FileSize;
        if (!_files.TryGetValue(key, out ProgressTask? task))
        {
            // What was there before is not shown.
            if (isWhole)
                return;
            _files[key] = task = _context.AddTask("  " + Markup.Escape(value.File), maxValue: value.FileSize);
        }
        task.Value = value.FileBytes;
        if (isWhole)
            task.StopTask();
    }

    /// <summary>What follows a download, such as loading, has no measure.</summary>
    private void ShowWhole(HubProgress value)
    {
        bool isLeft = value.Bytes < value.Size;
        _whole.IsIndeterminate = !isLeft;
        _whole.Description = isLeft ? Markup.Escape(value.Repository) : _title;
        if (!isLeft)
            return;
        _whole.MaxValue = value.Size;
        _whole.Value = value.Bytes;
    }
}
