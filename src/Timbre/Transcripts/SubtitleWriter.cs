namespace Timbre.Transcripts;

/// <summary>SubRip and WebVTT files.</summary>
internal sealed class SubtitleWriter : TranscriptWriter
{
    private readonly SubtitleOptions _options;
    private readonly SubtitleSyntax _syntax;
    private readonly SubtitleCueBuilder _cues;
    private int _number;

    public SubtitleWriter(TextWriter output, SubtitleOptions options, SubtitleSyntax syntax) : base(output)
    {
        (_options, _syntax, _cues) = (options, syntax, new SubtitleCueBuilder(options));
        Output.Write(syntax.Header);
    }

    /// <inheritdoc/>
    public override void Write(TranscriptSegment segment)
    {
        foreach (SubtitleCue cue in _cues.Add(segment))
            Write(cue);
    }

    /// <inheritdoc/>
    public override void Complete(Transcript transcript)
    {
        foreach (SubtitleCue cue in _cues.Complete())
            Write(cue);
    }

    /// <summary>Writes one text with its times.</summary>
    public void Write(TimeSpan start, TimeSpan end, string text)
    {
        _number++;
        if (_syntax.Numbered)
            Output.Write($"{_number}\n");
        Output.Write($"{Time(start)} --> {Time(end)}\n{text}\n\n");
    }

    private void Write(SubtitleCue cue)
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
