namespace Timbre;

/// <summary>A spoken text.</summary>
/// <param name="Audio">The audio of all pieces, joined.</param>
/// <param name="Segments">The pieces in order.</param>
/// <param name="ProcessingTime">How long it took to make.</param>
public sealed record SpeechResult(AudioBuffer Audio, IReadOnlyList<SpeechSegment> Segments, TimeSpan ProcessingTime)
{
    /// <summary>How long the audio lasts.</summary>
    public TimeSpan Duration => Audio.Duration;

    /// <summary>What was pronounced, the pieces joined by a space.</summary>
    public string Phonemes => string.Join(' ', Segments.Select(segment => segment.Phonemes));

    /// <summary>When each word is spoken.</summary>
    public IReadOnlyList<WordTiming> Words => [.. Segments.SelectMany(segment => segment.Words)];

    /// <summary>Processing time divided by duration: below 1 is faster than real time.</summary>
    public double RealTimeFactor => Duration > TimeSpan.Zero ? ProcessingTime / Duration : 0;
}
