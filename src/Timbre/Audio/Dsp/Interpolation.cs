using static TorchSharp.torch;

namespace Timbre.Audio.Dsp;

/// <summary>
/// The resampling methods that single models were trained or are served with. Everything else takes <see cref="Resampler"/>, which
/// is better than all of these.
/// </summary>
internal static class Interpolation
{
    /// <summary>Straight lines between samples: <c>y[i] = x(i · n / m)</c> with m = round(n · to / from); the last sample is held.</summary>
    public static float[] Linear(ReadOnlySpan<float> samples, int fromRate, int toRate)
    {
        int count = (int)Math.Round((double)samples.Length * toRate / fromRate);
        var result = new float[count];
        for (int i = 0; i < count; i++)
            result[i] = At(samples, (double)i * samples.Length / count);
        return result;
    }

    /// <summary>Plays faster or slower, with the pitch: max(1, n / speed) points from the first to the last sample, on straight lines.</summary>
    public static float[] ChangeSpeed(ReadOnlySpan<float> samples, double speed)
    {
        if (samples.IsEmpty || speed == 1)
            return samples.ToArray();
        var result = new float[Math.Max(1, (int)(samples.Length / speed))];
        for (int i = 0; i < result.Length; i++)
            result[i] = At(samples, result.Length == 1 ? 0 : (double)i * (samples.Length - 1) / (result.Length - 1));
        return result;
    }

    /// <summary>A sinc under a Hann window, cut at its sixth zero, with 0.99 of the bandwidth: torchaudio's default. ceil(n · to / from) samples.</summary>
    public static float[] Sinc(ReadOnlySpan<float> samples, int fromRate, int toRate)
    {
        const int Zeros = 6;
        const double RollOff = 0.99;
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate), from = fromRate / divisor, to = toRate / divisor;
        double cutoff = Math.Min(from, to) * RollOff;
        int reach = (int)Math.Ceiling(Zeros * from / cutoff);
        var result = new float[(int)(((long)samples.Length * to + from - 1) / from)];
        for (int i = 0; i < result.Length; i++)
        {
            // Output i stands at i · from / to; its block of inputs begins at the whole part of the block's first output.
            int start = i / to * from, phase = i % to;
            double sum = 0;
            for (int k = Math.Max(0, start - reach); k < Math.Min(samples.Length, start + reach + from); k++)
            {
                double time = Math.Clamp(((double)(k - start) / from - (double)phase / to) * cutoff, -Zeros, Zeros);
                double window = Math.Cos(time * Math.PI / Zeros / 2);
                sum += samples[k] * window * window * (time == 0 ? 1 : Math.Sin(Math.PI * time) / (Math.PI * time));
            }
            result[i] = (float)(sum * cutoff / from);
        }
        return result;
    }

    /// <summary>Cuts or extends the spectrum of the whole signal, which is taken as periodic: int(n · to / from) samples, as SciPy's <c>resample</c>.</summary>
    public static float[] Fourier(ReadOnlySpan<float> samples, int fromRate, int toRate)
    {
        int count = (int)((long)samples.Length * toRate / fromRate);
        if (count == 0)
            return [];
        using var scope = NewDisposeScope();
        Tensor spectrum = fft.rfft(tensor(samples.ToArray()).to(ScalarType.Float64));
        int shared = Math.Min(count, samples.Length);
        Tensor kept = spectrum.narrow(0, 0, shared / 2 + 1).clone();
        // The bin at half the lower rate stands for two bins on one side of the change and for one on the other.
        if (shared % 2 == 0 && count != samples.Length)
            kept[shared / 2] *= count < samples.Length ? 2.0 : 0.5;
        return fft.irfft(kept, count).mul((double)count / samples.Length).to(ScalarType.Float32).data<float>().ToArray();
    }

    private static float At(ReadOnlySpan<float> samples, double position)
    {
        int before = Math.Min((int)position, samples.Length - 1), after = Math.Min(before + 1, samples.Length - 1);
        return (float)(samples[before] + (position - before) * (samples[after] - samples[before]));
    }
}
