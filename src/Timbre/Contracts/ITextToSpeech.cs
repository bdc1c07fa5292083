namespace Timbre;

/// <summary>A model that speaks. One instance serves one request at a time; further requests wait their turn.</summary>
public interface ITextToSpeech : ISpeechModel
{
    /// <summary>The voices that the model folder holds.</summary>
    IReadOnlyList<VoiceInfo> Voices { get; }

    /// <summary>Speaks the text, a piece at a time, each as soon as it is ready.</summary>
    /// <exception cref="ArgumentException">An option does not fit the model, or the voice is unknown.</exception>
    IAsyncEnumerable<SpeechSegment> SpeakStreamingAsync(string text, SpeechOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Speaks the whole text.</summary>
    /// <exception cref="ArgumentException">An option does not fit the model, or the voice is unknown.</exception>
    Task<SpeechResult> SpeakAsync(string text, SpeechOptions? options = null, CancellationToken cancellationToken = default);
}
