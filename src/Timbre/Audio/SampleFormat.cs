namespace Timbre.Audio;

/// <summary>How one sample is stored, little-endian.</summary>
internal enum SampleFormat
{
    Unsigned8,
    Signed16,
    Signed24,
    Signed32,
    Float32,
    Float64,
    ALaw,
    MuLaw,
}
