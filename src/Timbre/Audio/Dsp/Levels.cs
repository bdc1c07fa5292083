namespace Timbre.Audio.Dsp;

/// <summary>Changes the level of samples in place.</summary>
internal static class Levels
{
    /// <summary>The largest magnitude.</summary>
    public static float Peak(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (float sample in samples)
            peak = Math.Max(peak, Math.Abs(sample));
        return peak;
    }

    /// <summary>Multiplies every sample.</summary>
    public static void Scale(Span<float> samples, double gain)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (float)(samples[i] * gain);
    }

    /// <summary>Brings the peak to <paramref name="decibels"/> below (negative) full scale; silence stays silence.</summary>
    public static void NormalizePeak(Span<float> samples, double decibels)
    {
        if (Peak(samples) is > 0 and var peak)
            Scale(samples, Math.Pow(10, decibels / 20) / peak);
    }

    /// <summary>
    /// Brings speech to an even volume: the mean of the loud samples (the tenth below the loudest hundredth) to <paramref name="target"/>.
    /// The reference clips of Spark-TTS are prepared so.
    /// </summary>
    public static void NormalizeVolume(Span<float> samples, double target = 0.2)
    {
        float[] magnitudes = new float[samples.Length];
        for (int i = 0; i < samples.Length; i++)
            magnitudes[i] = Math.Abs(samples[i]);
        Array.Sort(magnitudes);
        if (magnitudes is [.., < 0.1f and var quiet])
            Scale(samples, 0.1 / Math.Max(quiet, 1e-3));
        // The statistics are those of the samples as they came.
        ReadOnlySpan<float> audible = magnitudes.AsSpan(Array.FindIndex(magnitudes, value => value > 0.01f) is >= 0 and var first ? first : magnitudes.Length);
        if (audible.Length <= 10)
            return;
        double sum = 0;
        ReadOnlySpan<float> loud = audible[(int)(0.9 * audible.Length)..(int)(0.99 * audible.Length)];
        foreach (float value in loud)
            sum += value;
        Scale(samples, Math.Clamp(target * loud.Length / sum, 0.1, 10));
        if (Peak(samples) is > 1 and var peak)
            Scale(samples, 1.0 / peak);
    }

    /// <summary>Linear fades from and to zero, each only where the samples outlast it.</summary>
    public static void Fade(Span<float> samples, int fadeIn, int fadeOut)
    {
        if (samples.Length > fadeIn)
            Ramp(samples[..fadeIn], rising: true);
        if (samples.Length > fadeOut)
            Ramp(samples[^fadeOut..], rising: false);
    }

    private static void Ramp(Span<float> samples, bool rising)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            double position = samples.Length == 1 ? 0 : (double)i / (samples.Length - 1);
            samples[i] = (float)(samples[i] * (rising ? position : 1 - position));
        }
    }
}
