namespace Timbre.Transcripts;

/// <summary>How a transcript is written.</summary>
public enum TranscriptFormat
{
    /// <summary>The text alone, exactly as the model wrote it (<c>txt</c>).</summary>
    Text,

    /// <summary>The text alone, a line for each segment (<c>lines</c>).</summary>
    Lines,

    /// <summary>SubRip subtitles (<c>srt</c>).</summary>
    SubRip,

    /// <summary>WebVTT subtitles (<c>vtt</c>).</summary>
    WebVtt,

    /// <summary>Start and end in milliseconds and the text of each segment, separated by tabs (<c>tsv</c>).</summary>
    TabSeparated,

    /// <summary>Everything that is known (<c>json</c>).</summary>
    Json,

    /// <summary>Lyrics with the time of each line (<c>lrc</c>).</summary>
    Lyrics,
}
