namespace Timbre.Audio.Dsp;

/// <summary>Settings of <see cref="KaldiFbank"/>; the defaults are Kaldi's for 16 kHz.</summary>
internal sealed record KaldiFbankOptions
{
    /// <summary>In hertz.</summary>
    public int SampleRate { get; init; } = 16000;

    /// <summary>Samples of one frame.</summary>
    public int FrameLength { get; init; } = 400;

    /// <summary>Samples from one frame to the next.</summary>
    public int FrameShift { get; init; } = 160;

    /// <summary>How many filters.</summary>
    public int Mels { get; init; } = 80;

    /// <summary>The (symmetric) window.</summary>
    public WindowShape Window { get; init; } = WindowShape.Povey;

    /// <summary>How much of the sample before is taken away.</summary>
    public double Preemphasis { get; init; } = 0.97;

    /// <summary>Deviation of the noise that is added; 0: none.</summary>
    public double Dither { get; init; }

    /// <summary>Where the first filter begins, in hertz.</summary>
    public double Lowest { get; init; } = 20;

    /// <summary>Where the last filter ends; from half the sample rate down when it is not positive.</summary>
    public double Highest { get; init; }

    /// <summary>The least energy before the logarithm.</summary>
    public double Floor { get; init; } = 1e-8;
}
