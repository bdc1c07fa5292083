namespace Timbre.Models.Whisper;

/// <summary>Finds segments that were made up during silence: improbable, very short or very long words with silence around.</summary>
internal static class WhisperHallucinations
{
    private const string Punctuation = "\"'“¿([{-\"'.。,，!！?？:：”)]}、";

    /// <summary>Drops what was made up, and says where to go on.</summary>
    /// <param name="segments">The segments of a window with their words; those made up are removed.</param>
    /// <param name="window">The window.</param>
    /// <param name="next">Where the next window would begin.</param>
    /// <param name="lastSpeech">When the speech before the window ended.</param>
    /// <param name="threshold">Silence in seconds that counts.</param>
    /// <returns>Where the next window begins, and whether the whole window was dropped.</returns>
    public static (int Next, bool Dropped) Remove(List<WhisperSegment> segments, WhisperWindow window, int next, double lastSpeech, double threshold)
    {
        if (!window.SingleEnding && LastWordEnd(segments) is { } lastEnd && lastEnd > window.Offset)
            next = window.End - lastEnd > threshold ? WhisperSegmenter.Frames(lastEnd) : window.Seek + window.Size;
        if (segments.Find(HasWords) is { } first && IsAnomalous(first) && first.Start - window.Offset > threshold)
            return (window.Seek + WhisperSegmenter.Frames(first.Start - window.Offset), true);
        for (int i = 0; i < segments.Count; i++)
        {
            WhisperSegment segment = segments[i];
            if (!HasWords(segment))
                continue;
            if (IsAnomalous(segment) && IsInSilence(segment, segments.Skip(i + 1).FirstOrDefault(HasWords), window, lastSpeech, threshold))
            {
                segments.RemoveRange(i, segments.Count - i);
                return (window.ContentEnd - segment.End < threshold
                    ? WhisperSegmenter.Frames(window.ContentEnd)
                    : WhisperSegmenter.Frames(Math.Max(window.Offset + 1, segment.Start)), false);
            }
            lastSpeech = segment.End;
        }
        return (next, false);
    }

    /// <summary>When the last word ends, else the last segment; null without any.</summary>
    public static double? LastWordEnd(List<WhisperSegment> segments) =>
        segments.Count == 0 ? null : segments.FindLast(HasWords)?.Words![^1].End ?? segments[^1].End;

    private static bool HasWords(WhisperSegment segment) => segment.Words is { Count: > 0 };

    private static bool IsInSilence(WhisperSegment segment, WhisperSegment? next, WhisperWindow window, double lastSpeech, double threshold)
    {
        const double Edge = 2;
        double nextStart = next?.Words![0].Start ?? window.Offset + WhisperSegmenter.Seconds(window.Size);
        bool before = segment.Start - lastSpeech > threshold || segment.Start < threshold || segment.Start - window.Offset < Edge;
        bool after = nextStart - segment.End > threshold || (next is not null && IsAnomalous(next)) || window.End - segment.End < Edge;
        return before && after;
    }

    private static bool IsAnomalous(WhisperSegment segment)
    {
        WhisperWord[] words = [.. segment.Words!.Where(word => !Punctuation.Contains(word.Text, StringComparison.Ordinal)).Take(8)];
        double score = words.Sum(Anomaly);
        return score >= 3 || score + 0.01 >= words.Length;
    }

    private static double Anomaly(WhisperWord word) =>
        (word.Probability < 0.15 ? 1 : 0) + Math.Max(0, 0.133 - word.Duration) * 15 + Math.Max(0, word.Duration - 2);
}
