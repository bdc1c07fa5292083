namespace Timbre.Loading;

/// <summary>What a model is for: the folders into which mlx-audio sorts its architectures.</summary>
public enum ModelDomain
{
    /// <summary>Text to speech.</summary>
    Tts,

    /// <summary>Speech to text.</summary>
    Stt,

    /// <summary>Speech to speech: enhancement, separation, conversation.</summary>
    Sts,

    /// <summary>Language identification.</summary>
    Lid,

    /// <summary>Text to music.</summary>
    Music,

    /// <summary>Voice activity, turns and speakers.</summary>
    Vad,
}
