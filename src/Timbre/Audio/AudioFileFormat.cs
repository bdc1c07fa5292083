namespace Timbre.Audio;

/// <summary>Kinds of audio file that can be written. All but WAV and raw samples need ffmpeg.</summary>
public enum AudioFileFormat
{
    /// <summary>RIFF WAVE.</summary>
    Wav,

    /// <summary>Samples alone, little-endian.</summary>
    Pcm,

    /// <summary>MP3.</summary>
    Mp3,

    /// <summary>FLAC, without loss.</summary>
    Flac,

    /// <summary>Vorbis in Ogg.</summary>
    Ogg,

    /// <summary>Opus in Ogg.</summary>
    Opus,

    /// <summary>AAC in MPEG-4.</summary>
    M4a,

    /// <summary>AAC in an ADTS stream.</summary>
    Aac,

    /// <summary>Opus in WebM.</summary>
    WebM,
}
