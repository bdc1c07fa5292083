using System.Globalization;

namespace Timbre.Cli;

/// <summary>What is said of finished work on standard error.</summary>
internal static class Remarks
{
    /// <summary>How long the audio lasts and how long it took.</summary>
    public static string Speed(TimeSpan duration, TimeSpan processing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{duration.TotalSeconds:0.0} s of audio in {processing.TotalSeconds:0.0} s ({(duration > TimeSpan.Zero ? processing / duration : 0):0.00} of real time)");
}
