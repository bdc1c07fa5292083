namespace Timbre.Audio.Dsp;

/// <summary>Integrated loudness in LUFS by ITU-R BS.1770-4, with the filters designed for each sample rate (as pyloudnorm does).</summary>
internal static class Loudness
{
    private const double BlockSeconds = 0.4, HopSeconds = 0.1;
    private const double AbsoluteGate = -70, RelativeGate = -10;

    /// <summary>Left, right, center, left and right surround.</summary>
    private static readonly double[] ChannelGains = [1, 1, 1, 1.41, 1.41];

    /// <summary>The loudness, or minus infinity where nothing is above the gate.</summary>
    /// <param name="samples">Interleaved channels.</param>
    /// <param name="channels">One to five.</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <exception cref="ArgumentException">More than five channels, or less audio than one block of 0.4 seconds.</exception>
    public static double Integrated(ReadOnlySpan<float> samples, int channels, int sampleRate)
    {
        if (channels is < 1 or > 5)
            throw new ArgumentException($"Loudness is defined for one to five channels, not for {channels}.", nameof(channels));
        int block = (int)Math.Round(BlockSeconds * sampleRate), hop = (int)Math.Round(HopSeconds * sampleRate);
        int frames = samples.Length / channels;
        if (frames < block)
            throw new ArgumentException($"The audio is too short for loudness: {frames} samples, needed are {block} (0.4 s).", nameof(samples));
        double[] energies = BlockEnergies(samples, channels, sampleRate, block, hop, (frames - block) / hop + 1);
        double[] audible = Array.FindAll(energies, energy => Level(energy) >= AbsoluteGate);
        if (audible.Length == 0)
            return double.NegativeInfinity;
        double gate = Level(audible.Average()) + RelativeGate;
        double[] loud = Array.FindAll(audible, energy => Level(energy) > gate);
        return loud.Length == 0 ? double.NegativeInfinity : Level(loud.Average());
    }

    /// <summary>The factor that brings audio of the measured loudness to the wanted one.</summary>
    public static double Gain(double measured, double wanted) => Math.Pow(10, (wanted - measured) / 20);

    private static double Level(double energy) => -0.691 + 10 * Math.Log10(energy);

    /// <summary>The weighted sum over the channels of each block's mean square behind the K filter.</summary>
    private static double[] BlockEnergies(ReadOnlySpan<float> samples, int channels, int sampleRate, int block, int hop, int count)
    {
        var energies = new double[count];
        int frames = samples.Length / channels;
        var squares = new double[frames + 1];
        for (int channel = 0; channel < channels; channel++)
        {
            IirFilter shelf = HighShelf(sampleRate), pass = HighPass(sampleRate);
            for (int i = 0; i < frames; i++)
            {
                double weighted = pass.Next(shelf.Next(samples[i * channels + channel]));
                squares[i + 1] = squares[i] + weighted * weighted;
            }
            for (int i = 0; i < count; i++)
                energies[i] += ChannelGains[channel] * (squares[i * hop + block] - squares[i * hop]) / block;
        }
        return energies;
    }

    // Both filters by the bilinear transform of BS.1770's analog prototypes; constants of De Man, "Evaluation of implementations of the EBU R128
    // loudness measurement" (2018).
    private static IirFilter HighShelf(int sampleRate)
    {
        const double Quality = 0.7071752369554196;
        double k = Math.Tan(Math.PI * 1681.974450955533 / sampleRate);
        double high = Math.Pow(10, 3.999843853973347 / 20), middle = Math.Pow(high, 0.4996667741545416);
        return new IirFilter(
            [high + middle * k / Quality + k * k, 2 * (k * k - high), high - middle * k / Quality + k * k],
            [1 + k / Quality + k * k, 2 * (k * k - 1), 1 - k / Quality + k * k]);
    }

    private static IirFilter HighPass(int sampleRate)
    {
        const double Quality = 0.5003270373238773;
        double k = Math.Tan(Math.PI * 38.13547087602444 / sampleRate), first = 1 + k / Quality + k * k;
        // The numerator is 1, -2, 1 as the standard prints it, not divided by the denominator's first coefficient.
        return new IirFilter([first, -2 * first, first], [first, 2 * (k * k - 1), 1 - k / Quality + k * k]);
    }
}
