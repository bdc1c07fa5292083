namespace Timbre.Models.Whisper;

/// <summary>Word times from token times, with the corrections of the original implementation (whisper/timing.py).</summary>
internal static class WhisperTiming
{
    private const string SentenceMarks = ".。!！?？";

    /// <summary>Signs that belong to the word after them.</summary>
    public const string Opening = "\"'“¿([{-";

    /// <summary>Signs that belong to the word before them.</summary>
    public const string Closing = "\"'.。,，!！?？:：”)]}、";

    // Words of normal speech are shorter than this; a larger median means that alignment failed.
    private const double LongestMedian = 0.7;

    /// <summary>The words of a window, before punctuation is merged.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="textIds">The window's text, without special tokens.</param>
    /// <param name="language">Language code: how words are cut.</param>
    /// <param name="probabilities">Probability of each text id.</param>
    /// <param name="path">The warping path over text ids and the end token.</param>
    public static List<WhisperWord> FindWords(
        WhisperTokenizer tokenizer, ReadOnlySpan<int> textIds, string language, ReadOnlySpan<float> probabilities, (int[] Tokens, int[] Frames) path)
    {
        List<WhisperPiece> pieces = tokenizer.SplitWords([.. textIds, tokenizer.EndOfText], language);
        double[] times = TokenTimes(path);
        var words = new List<WhisperWord>(pieces.Count);
        int first = 0;
        // The last piece is the end token.
        foreach (WhisperPiece piece in pieces.Take(pieces.Count - 1))
        {
            int end = first + piece.Ids.Length;
            double sum = 0;
            foreach (float probability in probabilities[first..end])
                sum += probability;
            words.Add(new WhisperWord
            {
                Text = piece.Text,
                Tokens = piece.Ids,
                Start = times[first],
                End = times[end],
                Probability = sum / piece.Ids.Length,
            });
            first = end;
        }
        return words;
    }

    /// <summary>When the path first reaches each token.</summary>
    private static double[] TokenTimes((int[] Tokens, int[] Frames) path)
    {
        var times = new List<double>();
        for (int i = 0; i < path.Tokens.Length; i++)
            if (i == 0 || path.Tokens[i] != path.Tokens[i - 1])
                times.Add(path.Frames[i] * WhisperTokenizer.TimestampStep);
        return [.. times];
    }

    /// <summary>
    /// Shortens words that run over a pause, merges punctuation, and gives each segment its words; segments' ends move to their words'.
    /// </summary>
    /// <param name="segments">The segments of one window.</param>
    /// <param name="words">The words of the window, from its start.</param>
    /// <param name="endOfText">Ids below it are text.</param>
    /// <param name="lastSpeech">When the speech before the window ended.</param>
    /// <param name="opening">Signs that belong to the word after them.</param>
    /// <param name="closing">Signs that belong to the word before them.</param>
    /// <returns>When the speech of the window ended.</returns>
    public static double AddWords(IReadOnlyList<WhisperSegment> segments, List<WhisperWord> words, int endOfText, double lastSpeech,
        string opening = Opening, string closing = Closing)
    {
        if (segments.Count == 0)
            return lastSpeech;
        double median = MedianDuration(words);
        ShortenAtSentenceMarks(words, 2 * median);
        MergePunctuation(words, opening, closing);
        double offset = WhisperSegmenter.Seconds(segments[0].Seek);
        int next = 0;
        foreach (WhisperSegment segment in segments)
        {
            int left = segment.Tokens.Count(token => token < endOfText);
            segment.Words = [];
            for (; next < words.Count && left > 0; next++)
            {
                WhisperWord word = words[next];
                left -= word.Tokens.Length;
                if (word.Text.Length == 0)
                    continue;
                word.Start = Math.Round(offset + word.Start, 2);
                word.End = Math.Round(offset + word.End, 2);
                segment.Words.Add(word);
            }
            if (segment.Words.Count == 0)
                continue;
            ShortenAfterPause(segment.Words, median, lastSpeech);
            FitEnds(segment, median);
            lastSpeech = segment.End;
        }
        return lastSpeech;
    }

    private static double MedianDuration(List<WhisperWord> words)
    {
        double[] durations = [.. words.Select(word => word.Duration).Where(duration => duration != 0).Order()];
        if (durations.Length == 0)
            return 0;
        int middle = durations.Length / 2;
        double median = durations.Length % 2 == 1 ? durations[middle] : (durations[middle - 1] + durations[middle]) / 2;
        return Math.Min(LongestMedian, median);
    }

    private static void ShortenAtSentenceMarks(List<WhisperWord> words, double longest)
    {
        // Without any duration nothing is longer than the longest, 0.
        for (int i = 1; i < words.Count; i++)
        {
            if (words[i].Duration <= longest)
                continue;
            if (SentenceMarks.Contains(words[i].Text, StringComparison.Ordinal))
                words[i].End = words[i].Start + longest;
            else if (SentenceMarks.Contains(words[i - 1].Text, StringComparison.Ordinal))
                words[i].Start = words[i].End - longest;
        }
    }

    /// <summary>Joins opening signs to the word after them and closing ones to the word before; what was joined is left empty.</summary>
    internal static void MergePunctuation(List<WhisperWord> words, string opening = Opening, string closing = Closing)
    {
        int following = words.Count - 1;
        for (int i = words.Count - 2; i >= 0; i--)
        {
            WhisperWord word = words[i];
            if (word.Text.StartsWith(' ') && opening.Contains(word.Text.Trim(), StringComparison.Ordinal))
                Join(words[following], word.Text + words[following].Text, [.. word.Tokens, .. words[following].Tokens], word);
            else
                following = i;
        }
        int previous = 0;
        for (int i = 1; i < words.Count; i++)
        {
            WhisperWord word = words[i];
            if (!words[previous].Text.EndsWith(' ') && closing.Contains(word.Text, StringComparison.Ordinal))
                Join(words[previous], words[previous].Text + word.Text, [.. words[previous].Tokens, .. word.Tokens], word);
            else
                previous = i;
        }
    }

    private static void Join(WhisperWord target, string text, int[] tokens, WhisperWord emptied)
    {
        (target.Text, target.Tokens) = (text, tokens);
        (emptied.Text, emptied.Tokens) = ("", []);
    }

    private static void ShortenAfterPause(List<WhisperWord> words, double median, double lastSpeech)
    {
        WhisperWord first = words[0];
        WhisperWord? second = words.Count > 1 ? words[1] : null;
        double longest = 2 * median;
        bool tooLong = first.Duration > longest || (second is not null && second.End - first.Start > 2 * longest);
        if (first.End - lastSpeech <= 4 * median || !tooLong)
            return;
        if (second is not null && second.Duration > longest)
            first.End = second.Start = Math.Max(second.End / 2, second.End - longest);
        first.Start = Math.Max(0, first.End - longest);
    }

    /// <summary>A segment begins and ends with its words, unless the outer word is too long: then the segment is believed.</summary>
    private static void FitEnds(WhisperSegment segment, double median)
    {
        const double Slack = 0.5;
        WhisperWord first = segment.Words![0];
        if (segment.Start < first.End && segment.Start - Slack > first.Start)
            first.Start = Math.Max(0, Math.Min(first.End - median, segment.Start));
        else
            segment.Start = first.Start;
        WhisperWord last = segment.Words[^1];
        if (segment.End > last.Start && segment.End + Slack < last.End)
            last.End = Math.Max(last.Start + median, segment.End);
        else
            segment.End = last.End;
    }
}
