namespace Timbre.Models.Whisper;

/// <summary>Cuts what a window says into segments at its timestamps (whisper/transcribe.py of the original).</summary>
internal static class WhisperSegmenter
{
    // Mel frames of one timestamp step of 20 ms.
    private const int FramesPerStep = 2;

    /// <summary>The segments of a window, how many frames on the next window begins, and whether the window closed its last segment.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="tokens">What the window says.</param>
    /// <param name="seek">Its first frame.</param>
    /// <param name="size">Frames of it that are audio.</param>
    public static (List<WhisperSegment> Segments, int Advance, bool SingleEnding) Cut(WhisperTokenizer tokenizer, int[] tokens, int seek, int size)
    {
        bool IsTime(int index) => tokens[index] >= tokenizer.FirstTimestamp;
        // One timestamp at the end says that nothing is spoken after it.
        bool single = tokens.Length >= 2 && IsTime(tokens.Length - 1) && !IsTime(tokens.Length - 2);
        List<int> cuts = [.. Enumerable.Range(1, Math.Max(0, tokens.Length - 1)).Where(index => IsTime(index - 1) && IsTime(index))];
        double offset = Seconds(seek);
        if (cuts.Count == 0)
        {
            int last = Array.FindLast(tokens, token => token >= tokenizer.FirstTimestamp);
            double duration = last > tokenizer.FirstTimestamp ? tokenizer.Seconds(last) : Seconds(size);
            return ([Create(tokenizer, tokens, seek, offset, offset + duration)], size, single);
        }
        if (single)
            cuts.Add(tokens.Length);
        var segments = new List<WhisperSegment>(cuts.Count);
        int start = 0;
        foreach (int cut in cuts)
        {
            int[] piece = tokens[start..cut];
            segments.Add(Create(tokenizer, piece, seek, offset + tokenizer.Seconds(piece[0]), offset + tokenizer.Seconds(piece[^1])));
            start = cut;
        }
        // What follows the last closed segment is decoded again.
        return (segments, single ? size : (tokens[start - 1] - tokenizer.FirstTimestamp) * FramesPerStep, single);
    }

    /// <summary>Seconds of mel frames.</summary>
    public static double Seconds(int frames) => (double)frames / WhisperLogMel.FramesPerSecond;

    /// <summary>Mel frames of seconds, halves to even.</summary>
    public static int Frames(double seconds) => (int)Math.Round(seconds * WhisperLogMel.FramesPerSecond);

    private static WhisperSegment Create(WhisperTokenizer tokenizer, int[] tokens, int seek, double start, double end) => new()
    {
        Seek = seek,
        Start = start,
        End = end,
        Tokens = tokens,
        Text = tokenizer.Decode(Array.FindAll(tokens, token => token < tokenizer.EndOfText)),
    };
}
