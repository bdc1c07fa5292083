namespace Timbre.Audio;

/// <summary>How audio is written. An option that the format does not have is an error, never ignored.</summary>
public sealed record AudioWriteOptions
{
    /// <summary>The format; null takes it from the file's name.</summary>
    public AudioFileFormat? Format { get; init; }

    /// <summary>How WAV, raw and FLAC files store samples; null is 16 bits.</summary>
    public AudioSampleType? SampleType { get; init; }

    /// <summary>Bits a second of a lossy format; null takes the format's default.</summary>
    public int? BitRate { get; init; }

    /// <summary>Number of channels; the samples are given interleaved.</summary>
    public int Channels { get; init; } = 1;
}
