namespace Timbre.Audio.Dsp;

/// <summary>What stands before and behind a signal, half an FFT long, so that frames are centred on multiples of the hop.</summary>
internal enum StftPadding
{
    /// <summary>Nothing: the first frame begins at the first sample.</summary>
    None,

    /// <summary>The signal mirrored, without its edge sample.</summary>
    Reflect,

    /// <summary>Zeros.</summary>
    Zeros,
}
