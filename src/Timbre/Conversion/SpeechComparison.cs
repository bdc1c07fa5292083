namespace Timbre.Conversion;

/// <summary>How the source and the result speak the same sentence.</summary>
/// <param name="SourceDuration">How long the source speaks.</param>
/// <param name="ResultDuration">How long the result speaks.</param>
/// <param name="MelDistance">Their log-mel spectral distance in dB.</param>
/// <param name="SourceWordErrorRate">Errors a word when a speech-to-text model listens to the source; null where none is at hand.</param>
/// <param name="ResultWordErrorRate">The same of the result.</param>
public sealed record SpeechComparison(
    TimeSpan SourceDuration, TimeSpan ResultDuration, double MelDistance, double? SourceWordErrorRate, double? ResultWordErrorRate);
