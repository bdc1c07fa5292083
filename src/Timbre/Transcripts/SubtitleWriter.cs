namespace Timbre.Transcripts;

/// <summary>SubRip and WebVTT files.</summary>
internal sealed class SubtitleWriter : CueWriter
{
    private readonly SubtitleOptions _options;
    private readonly SubtitleSyntax _syntax;
    private int _number;

    public SubtitleWriter(TextWriter output, SubtitleOptions options, SubtitleSyntax syntax) : base(output, options)
    {
        (_options, _syntax) = (options, syntax);
        Output.Write(syntax.Header);
    }

    /// <summary>Writes one text with its times.</summary>
    public void Write(TimeSpan start, TimeSpan end, string text)
    {
        _number++;
        if (_syntax.Numbered)
            Output.Write($"{_number}\n");
        Output.Write($"{Time(start)} --> {Time(end)}\n{text}\n\n");
    }

    /// <inheritdoc/>
    protected override void Write(SubtitleCue cue)
    {
        string[] words = [.. cue.Words.Select(word => _syntax.Escape(word.Text))];
        if (_options.HighlightWords && cue.HasWordTimes)
            WriteHighlighted(cue, words);
        else
            Write(cue.Start, cue.End, string.Concat(words));
    }

    /// <summary>The same text once for each word, underlined, and once for each pause, plain.</summary>
    private void WriteHighlighted(SubtitleCue cue, string[] words)
    {
        TimeSpan last = cue.Start;
        for (int i = 0; i < words.Length; i++)
        {
            TranscriptWord word = cue.Words[i];
            if (Timestamp.Milliseconds(last) != Timestamp.Milliseconds(word.Start))
                Write(last, word.Start, string.Concat(words));
            string plain = words[i];
            string trimmed = plain.TrimStart();
            words[i] = $"{plain[..^trimmed.Length]}<u>{trimmed}</u>";
            Write(word.Start, word.End, string.Concat(words));
            words[i] = plain;
            last = word.End;
        }
    }

    private string Time(TimeSpan time) => Timestamp.Clock(time, _syntax.DecimalSign, _syntax.AlwaysHours);
}
