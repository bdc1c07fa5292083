using Timbre.Text.Phonemes;

namespace Timbre.Models.Kokoro;

/// <summary>When each token of a piece is spoken, from the predicted durations.</summary>
internal static class KokoroTimestamps
{
    private const double HalfFramesPerSecond = 80;

    /// <summary>Times in seconds, one a token; null where the token is not spoken.</summary>
    /// <param name="tokens">The tokens of the piece.</param>
    /// <param name="durations">Frames of 1/40 s of each id, the two ends among them.</param>
    /// <param name="countIds">How many ids a phoneme string has: characters without one have no duration either.</param>
    public static (double Start, double End)?[] Compute(IReadOnlyList<PhonemeToken> tokens, ReadOnlySpan<int> durations, Func<string, int> countIds)
    {
        var times = new (double, double)?[tokens.Count];
        if (durations.Length < 3)
            return times;
        // Half of a space belongs to the word before, half to the one after.
        int left = 2 * Math.Max(0, durations[0] - 3), right = left, id = 1;
        for (int index = 0; index < tokens.Count && id < durations.Length - 1; index++)
        {
            PhonemeToken token = tokens[index];
            bool space = token.Whitespace.Length > 0;
            int count = countIds(token.Phonemes ?? "");
            if (count == 0)
            {
                if (space)
                {
                    left = right + durations[id + 1];
                    right = left + durations[id + 1];
                    id += 2;
                }
                continue;
            }
            int end = id + count;
            if (end >= durations.Length)
                break;
            int spoken = 0;
            foreach (int frames in durations[id..end])
                spoken += frames;
            int pause = space ? durations[end] : 0;
            double start = left / HalfFramesPerSecond;
            left = right + 2 * spoken + pause;
            times[index] = (start, left / HalfFramesPerSecond);
            right = left + pause;
            id = end + (space ? 1 : 0);
        }
        return times;
    }
}
