namespace Timbre.Audio.Dsp;

/// <summary>A mapping from frequency to perceived pitch.</summary>
internal enum MelScale
{
    /// <summary>2595 · log10(1 + f / 700), as in HTK.</summary>
    Htk,

    /// <summary>Linear below 1000 Hz, logarithmic above, as in Slaney's Auditory Toolbox and librosa.</summary>
    Slaney,
}
