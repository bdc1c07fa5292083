namespace Timbre.Audio.Dsp;

/// <summary>How the triangles of a mel filter bank are scaled.</summary>
internal enum MelNorm
{
    /// <summary>A peak of one.</summary>
    None,

    /// <summary>An area of one: 2 / width in hertz.</summary>
    Slaney,
}
