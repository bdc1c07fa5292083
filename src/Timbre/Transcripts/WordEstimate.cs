using System.Text;

namespace Timbre.Transcripts;

/// <summary>Words with times in proportion to their length, for segments whose words were not timed.</summary>
internal static class WordEstimate
{
    // Scripts written without spaces; a line may break between any two of their characters, but not before closing signs.
    private static readonly (int First, int Last)[] Unspaced =
        [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x3000, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF)];

    private const string Closing = "、。，．・：；？！」』）】〕》〉…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";

    public static IEnumerable<TranscriptWord> FromSegment(TranscriptSegment segment)
    {
        string text = segment.Text;
        TimeSpan duration = segment.End - segment.Start;
        int start = 0;
        while (start < text.Length)
        {
            int end = EndOfWord(text, start);
            yield return new TranscriptWord(text[start..end], Time(start), Time(end), 0);
            start = end;
        }

        TimeSpan Time(int position) => position == text.Length ? segment.End : segment.Start + (duration * ((double)position / text.Length));
    }

    /// <summary>A word runs from the space before it to the next space, or to where a script without spaces may be cut.</summary>
    private static int EndOfWord(string text, int start)
    {
        int end = start;
        while (end < text.Length && char.IsWhiteSpace(text[end]))
            end++;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
        {
            Rune.DecodeFromUtf16(text.AsSpan(end), out Rune rune, out int length);
            end += length;
            if (end < text.Length && IsUnspaced(rune) && MayBreakBefore(text.AsSpan(end)))
                break;
        }
        return end;
    }

    private static bool MayBreakBefore(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out _);
        return !Closing.Contains(text[0], StringComparison.Ordinal) && !IsMark(rune) && !char.IsAsciiLetterOrDigit(text[0]);
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    private static bool IsUnspaced(Rune rune) => Array.Exists(Unspaced, range => rune.Value >= range.First && rune.Value <= range.Last);
}
