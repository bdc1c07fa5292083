namespace Timbre.Transcripts;

/// <summary>Cuts segments into cues, word by word: a line is filled, then the next one, then the next cue begins.</summary>
internal sealed class SubtitleCueBuilder(SubtitleOptions options)
{
    private readonly List<TranscriptWord> _cue = [];
    private bool _hasWordTimes;
    private TimeSpan _lastStart;
    private int _lineLength;
    private int _lines;
    private int _words;

    /// <summary>The cues that are complete once a segment has been added.</summary>
    public IEnumerable<SubtitleCue> Add(TranscriptSegment segment)
    {
        bool hasWordTimes = segment.Words is { Count: > 0 };
        if (_cue.Count > 0 && !options.JoinSegments)
            yield return Flush();
        foreach (TranscriptWord word in hasWordTimes ? segment.Words! : WordEstimate.FromSegment(segment))
        {
            string text = word.Text.ReplaceLineEndings(" ").Replace('\t', ' ');
            if (string.IsNullOrWhiteSpace(text))
                continue;
            if (_cue.Count > 0 && MustBreak(word, text, hasWordTimes))
                yield return Flush();
            _hasWordTimes = hasWordTimes;
            Append(word, text);
        }
    }

    /// <summary>The last cue, if there is one.</summary>
    public IEnumerable<SubtitleCue> Complete()
    {
        if (_cue.Count > 0)
            yield return Flush();
    }

    // An estimated word may seem slow, but that is no pause.
    private bool MustBreak(TranscriptWord word, string text, bool hasWordTimes) =>
        (hasWordTimes && word.Start - _lastStart > options.MaxPause)
        || word.End - _cue[0].Start > options.MaxCueDuration
        || _words >= options.MaxWordsPerCue
        || (!HasRoom(text) && _lines >= options.MaxLinesPerCue);

    private bool HasRoom(string text) => !(_lineLength + text.Length > options.MaxCharactersPerLine);

    private void Append(TranscriptWord word, string text)
    {
        bool startsLine = _cue.Count == 0 || !HasRoom(text);
        if (startsLine)
        {
            text = text.Trim();
            _lineLength = 0;
            _lines++;
        }
        _lineLength += text.Length;
        _words++;
        _lastStart = word.Start;
        _cue.Add(word with { Text = startsLine && _cue.Count > 0 ? "\n" + text : text });
    }

    private SubtitleCue Flush()
    {
        var cue = new SubtitleCue([.. _cue], _hasWordTimes);
        _cue.Clear();
        _lineLength = _lines = _words = 0;
        return cue;
    }
}
