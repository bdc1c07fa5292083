namespace Timbre;

/// <summary>A model that transcribes. One instance serves one request at a time; further requests wait their turn.</summary>
public interface ISpeechToText : ISpeechModel
{
    /// <summary>Transcribes audio of any length, a segment at a time, each as soon as it is decided.</summary>
    /// <exception cref="ArgumentException">An option does not fit the model.</exception>
    /// <exception cref="AudioFormatException">The audio cannot be read.</exception>
    IAsyncEnumerable<TranscriptSegment> TranscribeStreamingAsync(
        IAudioSource audio, TranscriptionOptions? options = null, IProgress<TranscriptionProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Transcribes audio of any length.</summary>
    /// <exception cref="ArgumentException">An option does not fit the model.</exception>
    /// <exception cref="AudioFormatException">The audio cannot be read.</exception>
    Task<Transcript> TranscribeAsync(
        IAudioSource audio, TranscriptionOptions? options = null, IProgress<TranscriptionProgress>? progress = null,
        CancellationToken cancellationToken = default);
}
