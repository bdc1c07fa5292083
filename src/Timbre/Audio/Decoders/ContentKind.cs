namespace Timbre.Audio.Decoders;

/// <summary>Who can decode a file.</summary>
internal enum ContentKind
{
    Empty,
    Wav,
    Mp3,
    Vorbis,
    Other,
}
