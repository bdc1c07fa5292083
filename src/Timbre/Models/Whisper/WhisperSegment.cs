namespace Timbre.Models.Whisper;

/// <summary>A segment under work; times in seconds from the start of the audio.</summary>
internal sealed class WhisperSegment
{
    /// <summary>First mel frame of its window.</summary>
    public required int Seek { get; init; }

    public required double Start { get; set; }

    public required double End { get; set; }

    /// <summary>Its ids, timestamps among them.</summary>
    public required int[] Tokens { get; set; }

    public string Text { get; set; } = "";

    /// <summary>The words in it, once they have been timed.</summary>
    public List<WhisperWord>? Words { get; set; }
}
