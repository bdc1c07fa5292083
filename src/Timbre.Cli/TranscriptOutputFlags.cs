using System.CommandLine;
using Timbre.Transcripts;

namespace Timbre.Cli;

/// <summary>The options of <c>timbre stt</c> that say where transcripts go, and in what form.</summary>
internal sealed class TranscriptOutputFlags
{
    private static readonly TranscriptFormat[] WithCues = [TranscriptFormat.SubRip, TranscriptFormat.WebVtt, TranscriptFormat.Lyrics];
    private static readonly TranscriptFormat[] WithoutCues = [TranscriptFormat.Text, TranscriptFormat.Lines];

    private readonly Option<string[]?> _format = Flags.Names(
        "--format", $"{string.Join(", ", TranscriptFormats.Names)}; several with commas need --output-dir. [default: by the output's name, else txt]", "format,...", "-f")
        .Completing([.. TranscriptFormats.Names]);

    private readonly Option<bool> _json = Flags.Switch("--json", "The same as --format json.");
    private readonly Option<string?> _output = Flags.Text("--output", "The file to write, or - for standard output. [default: -]", "file", "-o");
    private readonly Option<string?> _folder = Flags.Text("--output-dir", "Write a file for each input and format to this folder.", "folder", "-d");

    private readonly Option<int?> _lineWidth = Flags.Whole("--max-line-width", "Most characters of a subtitle line. [default: 42]", 1);
    private readonly Option<int?> _lineCount = Flags.Whole("--max-line-count", "Most lines of a subtitle cue. [default: 2]", 1);
    private readonly Option<double?> _cueSeconds = Flags.Number("--max-cue-seconds", "Longest time that a subtitle cue is shown. [default: 7]", 0.001);
    private readonly Option<int?> _cueWords = Flags.Whole("--max-words-per-cue", "Most words of a subtitle cue.", 1);
    private readonly Option<bool> _wholeSegments = Flags.Switch("--segment-cues", "One subtitle cue a segment, however long; other limits hold where given.");
    private readonly Option<bool> _highlight = Flags.Switch("--highlight-words", "Underline each word while it is said; with --word-timestamps.");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_format, _json, _output, _folder, _lineWidth, _lineCount, _cueSeconds, _cueWords, _wholeSegments, _highlight])
            command.Options.Add(option);
    }

    /// <summary>Where the transcripts of these inputs go.</summary>
    /// <exception cref="UsageException">The options do not go together.</exception>
    public TranscriptOutput OutputFor(ParseResult parsed, CommandHost host, IReadOnlyList<string> inputs, bool words)
    {
        string? file = parsed.GetValue(_output), folder = parsed.GetValue(_folder);
        IReadOnlyList<TranscriptFormat> formats = Formats(parsed, file);
        if (file is not null && folder is not null)
            throw new UsageException("give --output or --output-dir, not both.");
        if (folder is null && formats.Count > 1)
            throw new UsageException("several formats need --output-dir.");
        bool standard = folder is null && file is null or InputFiles.Standard;
        if (folder is null && inputs.Count > 1 && (!standard || !WithoutCues.Contains(formats[0])))
            throw new UsageException("several files need --output-dir; only plain text goes to standard output for all of them.");
        SubtitleOptions? subtitles = Subtitles(parsed);
        if (subtitles is not null && !formats.Any(WithCues.Contains))
            throw new UsageException("options of subtitles need a format that has them: srt, vtt or lrc.");
        if (parsed.GetValue(_highlight) && !words)
            throw new UsageException("--highlight-words needs --word-timestamps.");
        var output = new TranscriptOutput(host, formats, standard ? null : file, folder, subtitles, named: inputs.Count > 1 && !parsed.GetValue(GlobalOptions.Quiet));
        output.CheckNames(inputs);
        return output;
    }

    private IReadOnlyList<TranscriptFormat> Formats(ParseResult parsed, string? file)
    {
        string[] names = parsed.GetValue(_format) ?? [];
        if (parsed.GetValue(_json))
            return names.Length == 0 ? [TranscriptFormat.Json] : throw new UsageException("give --json or --format, not both.");
        if (names.Length > 0)
            return [.. names.Select(TranscriptFormats.Parse).Distinct()];
        string suffix = Path.GetExtension(file ?? "").TrimStart('.').ToLowerInvariant();
        return [TranscriptFormats.Names.Contains(suffix) ? TranscriptFormats.Parse(suffix) : TranscriptFormat.Text];
    }

    /// <summary>How cues are cut; null where nothing is said of it.</summary>
    private SubtitleOptions? Subtitles(ParseResult parsed)
    {
        int? width = parsed.GetValue(_lineWidth), count = parsed.GetValue(_lineCount), words = parsed.GetValue(_cueWords);
        double? seconds = parsed.GetValue(_cueSeconds);
        bool whole = parsed.GetValue(_wholeSegments), highlight = parsed.GetValue(_highlight);
        if (width is null && count is null && words is null && seconds is null && !whole && !highlight)
            return null;
        SubtitleOptions start = whole ? SubtitleOptions.WholeSegments : new SubtitleOptions();
        return start with
        {
            MaxCharactersPerLine = width ?? start.MaxCharactersPerLine,
            MaxLinesPerCue = count ?? start.MaxLinesPerCue,
            MaxWordsPerCue = words,
            MaxCueDuration = seconds is { } longest ? TimeSpan.FromSeconds(longest) : start.MaxCueDuration,
            HighlightWords = highlight,
        };
    }
}
