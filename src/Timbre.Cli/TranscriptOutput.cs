using Timbre.Transcripts;

namespace Timbre.Cli;

/// <summary>Where the transcripts of a run go: standard output, a file, or a folder with a file for each input and format.</summary>
internal sealed class TranscriptOutput(
    CommandHost host, IReadOnlyList<TranscriptFormat> formats, string? file, string? folder, SubtitleOptions? subtitles, bool named)
{
    /// <summary>Whether the transcript goes to standard output.</summary>
    public bool IsStandard => file is null && folder is null;

    /// <summary>Whether a person sees the segments as they come.</summary>
    public bool IsLive => IsStandard && !host.OutputRedirected;

    /// <summary>Makes sure that no two transcripts get the same name.</summary>
    /// <exception cref="UsageException">Two do.</exception>
    public void CheckNames(IEnumerable<string> inputs)
    {
        if (folder is null)
            return;
        string? twice = inputs.SelectMany(input => formats.Select(format => PathFor(input, format)))
            .GroupBy(path => path, OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
            throw new UsageException($"two transcripts would be written to {twice}. Transcribe them to different folders.");
    }

    /// <summary>Begins the transcript of an input.</summary>
    public TranscriptFiles Begin(string input)
    {
        if (!IsStandard)
            return new TranscriptFiles(host.Outputs, formats.Select(format => (PathFor(input, format), format)), subtitles);
        // Several texts in a row are told apart.
        if (named)
            host.Error.WriteLine($"{input}:");
        // On a terminal plain text comes line by line, as it is decided.
        TranscriptFormat format = IsLive && formats[0] == TranscriptFormat.Text ? TranscriptFormat.Lines : formats[0];
        return new TranscriptFiles(host.Output, format, subtitles);
    }

    private string PathFor(string input, TranscriptFormat format)
    {
        if (folder is null)
            return file!;
        string name = input == InputFiles.Standard ? "stdin" : Path.GetFileNameWithoutExtension(input);
        return Path.Combine(folder, $"{name}.{TranscriptFormats.GetExtension(format)}");
    }
}
