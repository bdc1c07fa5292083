namespace Timbre.Models.Whisper;

/// <summary>A word with its ids and its times in seconds, which later steps move.</summary>
internal sealed class WhisperWord
{
    public required string Text { get; set; }

    public required int[] Tokens { get; set; }

    public required double Start { get; set; }

    public required double End { get; set; }

    /// <summary>Mean probability of its tokens.</summary>
    public required double Probability { get; init; }

    public double Duration => End - Start;
}
