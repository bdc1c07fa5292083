namespace Timbre.Transcripts;

/// <summary>How a transcript is cut into subtitle cues. A limit that is null does not hold.</summary>
public sealed record SubtitleOptions
{
    /// <summary>A cue for each segment, on one line, however long.</summary>
    public static SubtitleOptions WholeSegments { get; } = new()
    {
        MaxCharactersPerLine = null,
        MaxLinesPerCue = null,
        MaxCueDuration = null,
        MaxPause = null,
    };

    /// <summary>Longest line; a longer word stands alone.</summary>
    public int? MaxCharactersPerLine { get; init; } = 42;

    /// <summary>Most lines of a cue.</summary>
    public int? MaxLinesPerCue { get; init; } = 2;

    /// <summary>Longest time that a cue is shown; a longer word stands alone.</summary>
    public TimeSpan? MaxCueDuration { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>Longest time from the start of a word to the start of the next one in the same cue.</summary>
    public TimeSpan? MaxPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Most words of a cue.</summary>
    public int? MaxWordsPerCue { get; init; }

    /// <summary>Whether a cue may hold the end of a segment and the beginning of the next.</summary>
    public bool JoinSegments { get; init; }

    /// <summary>Whether each word is underlined while it is spoken; needs word times.</summary>
    public bool HighlightWords { get; init; }

    internal void Validate()
    {
        RequirePositive(MaxCharactersPerLine, nameof(MaxCharactersPerLine));
        RequirePositive(MaxLinesPerCue, nameof(MaxLinesPerCue));
        RequirePositive(MaxWordsPerCue, nameof(MaxWordsPerCue));
        RequirePositive(MaxCueDuration?.TotalSeconds, nameof(MaxCueDuration));
        RequirePositive(MaxPause?.TotalSeconds, nameof(MaxPause));
    }

    private static void RequirePositive(double? value, string name)
    {
        if (value <= 0)
            throw new ArgumentException($"{nameof(SubtitleOptions)}.{name} is {value}; it must be above 0, or null for no limit.", name);
    }
}
