namespace Timbre.Transcripts;

/// <summary>In what SubRip and WebVTT differ.</summary>
/// <param name="Header">What the file begins with.</param>
/// <param name="DecimalSign">Between seconds and milliseconds.</param>
/// <param name="Numbered">Whether each cue has a number before it.</param>
/// <param name="AlwaysHours">Whether times below an hour have hours.</param>
/// <param name="Escaped">Whether signs of markup in the text are written as entities.</param>
internal sealed record SubtitleSyntax(string Header, char DecimalSign, bool Numbered, bool AlwaysHours, bool Escaped)
{
    public static SubtitleSyntax SubRip { get; } = new("", ',', Numbered: true, AlwaysHours: true, Escaped: false);

    /// <summary>WebVTT (https://www.w3.org/TR/webvtt1/); numbers are cue identifiers, and <c>--&gt;</c> may not stand in a text.</summary>
    public static SubtitleSyntax WebVtt { get; } = new("WEBVTT\n\n", '.', Numbered: true, AlwaysHours: true, Escaped: true);

    public string Escape(string text) => !Escaped
        ? text
        : text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
