using System.Globalization;

namespace Timbre.Transcripts;

/// <summary>Times as subtitles write them. They are rounded before they are cut into parts: 59.9996 s is a minute.</summary>
internal static class Timestamp
{
    /// <summary>Whole milliseconds, halves to even.</summary>
    public static long Milliseconds(TimeSpan time) => (long)Math.Round((decimal)time.Ticks / TimeSpan.TicksPerMillisecond);

    /// <summary><c>HH:MM:SS,mmm</c>; without hours where there are none and <paramref name="alwaysHours"/> is not set.</summary>
    public static string Clock(TimeSpan time, char decimalSign, bool alwaysHours = true)
    {
        long total = Math.Max(0, Milliseconds(time));
        (long hours, long minutes, long seconds, long milliseconds) =
            (total / 3_600_000, total / 60_000 % 60, total / 1000 % 60, total % 1000);
        string rest = string.Create(CultureInfo.InvariantCulture, $"{minutes:00}:{seconds:00}{decimalSign}{milliseconds:000}");
        return alwaysHours || hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours:00}:{rest}") : rest;
    }

    /// <summary><c>mm:ss.xx</c>, with as many minutes as there are.</summary>
    public static string Lyrics(TimeSpan time)
    {
        long total = Math.Max(0, (long)Math.Round((decimal)time.Ticks / (10 * TimeSpan.TicksPerMillisecond)));
        return string.Create(CultureInfo.InvariantCulture, $"{total / 6000:00}:{total / 100 % 60:00}.{total % 100:00}");
    }
}
