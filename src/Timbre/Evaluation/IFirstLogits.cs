namespace Timbre.Evaluation;

/// <summary>A model that tells what it expects first of all, by which two versions of it can be compared finely.</summary>
internal interface IFirstLogits
{
    /// <summary>The scores of the vocabulary for the first token of the audio's text.</summary>
    /// <param name="audio">The audio; its first half minute is looked at.</param>
    /// <param name="language">Its language.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<float[]> FirstLogitsAsync(IAudioSource audio, string language, CancellationToken cancellationToken);
}
