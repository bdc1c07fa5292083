namespace Timbre.Models.Whisper;

/// <summary>What a window says.</summary>
/// <param name="Tokens">Its tokens, timestamps among them, without the end.</param>
/// <param name="Text">Its text, trimmed.</param>
/// <param name="Temperature">What it was sampled at.</param>
/// <param name="AverageLogProbability">Mean over its tokens and the end.</param>
/// <param name="NoSpeechProbability">That nothing is said.</param>
/// <param name="CompressionRatio">How repetitive the text is.</param>
internal sealed record WhisperDecodingResult(
    int[] Tokens, string Text, double Temperature, double AverageLogProbability, double NoSpeechProbability, double CompressionRatio);
