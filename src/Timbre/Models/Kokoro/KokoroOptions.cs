namespace Timbre.Models.Kokoro;

/// <summary>Options that only Kokoro has.</summary>
public sealed record KokoroOptions : SpeechOptions
{
    /// <summary>The text is phonemes of the voices' alphabet already, as <see cref="SpeechSegment.Phonemes"/> gives them.</summary>
    public bool TextIsPhonemes { get; init; }
}
