namespace Timbre.Loading;

/// <summary>What a family can do.</summary>
[Flags]
public enum ModelCapabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Speaks: <see cref="ITextToSpeech"/>.</summary>
    TextToSpeech = 1,

    /// <summary>Transcribes: <see cref="ISpeechToText"/>.</summary>
    SpeechToText = 2,
}
