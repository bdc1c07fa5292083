namespace Timbre.Audio.Dsp;

/// <summary>The form of an analysis window.</summary>
internal enum WindowShape
{
    /// <summary>Raised cosine that reaches zero.</summary>
    Hann,

    /// <summary>Raised cosine on a pedestal of 0.08.</summary>
    Hamming,

    /// <summary>Three cosine terms: 0.42, 0.5, 0.08.</summary>
    Blackman,

    /// <summary>Triangle that reaches zero.</summary>
    Bartlett,

    /// <summary>Kaldi's default: Hann to the power 0.85.</summary>
    Povey,

    /// <summary>Ones.</summary>
    Rectangular,
}
