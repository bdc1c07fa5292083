namespace Timbre.Models.Whisper;

/// <summary>What a chunk of a stream added.</summary>
/// <param name="Text">The new text.</param>
/// <param name="Tokens">Its ids.</param>
/// <param name="IsFinal">Whether this was the last chunk.</param>
/// <param name="StartTime">Ids before these, a fiftieth of a second each.</param>
/// <param name="EndTime">Ids up to these, a fiftieth of a second each.</param>
/// <param name="Progress">Share of the audio that has been heard.</param>
/// <param name="AudioPosition">Seconds that have been heard.</param>
/// <param name="AudioDuration">Seconds of all audio.</param>
/// <param name="Language">The language as given, or the code of the one found.</param>
internal sealed record WhisperStreamingResult(
    string Text, int[] Tokens, bool IsFinal, double StartTime, double EndTime, double Progress, double AudioPosition, double AudioDuration, string Language);
