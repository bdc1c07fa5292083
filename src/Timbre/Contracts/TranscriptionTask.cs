namespace Timbre;

/// <summary>What to write down.</summary>
public enum TranscriptionTask
{
    /// <summary>What is said, in its own language.</summary>
    Transcribe,

    /// <summary>What is said, in English.</summary>
    Translate,
}
