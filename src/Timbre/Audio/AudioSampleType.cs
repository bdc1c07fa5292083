namespace Timbre.Audio;

/// <summary>How samples are stored where nothing is lost otherwise: in WAV, raw and FLAC files.</summary>
public enum AudioSampleType
{
    /// <summary>Integers of 16 bits.</summary>
    Int16,

    /// <summary>Integers of 24 bits.</summary>
    Int24,

    /// <summary>Floats of 32 bits, not clipped; not in FLAC.</summary>
    Float32,
}
