using System.Numerics;
using static TorchSharp.torch;

namespace Timbre.Audio.Dsp;

/// <summary>Triangular filters, equally spaced on a mel scale, over the bins of an FFT.</summary>
internal sealed class MelFilterBank
{
    private MelFilterBank(int mels, int bins, float[] weights) => (Mels, Bins, Weights) = (mels, bins, weights);

    /// <summary>How many filters.</summary>
    public int Mels { get; }

    /// <summary>Frequencies from zero to half the sample rate.</summary>
    public int Bins { get; }

    /// <summary>The weights, <c>[Mels, Bins]</c>.</summary>
    public float[] Weights { get; }

    /// <summary>A bank of triangles that are straight over frequency.</summary>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="fftSize">Samples of one FFT.</param>
    /// <param name="mels">How many filters.</param>
    /// <param name="lowest">Where the first triangle begins, in hertz.</param>
    /// <param name="highest">Where the last one ends; null or 0: half the sample rate.</param>
    /// <param name="norm">How the triangles are scaled.</param>
    /// <param name="scale">Where their corners lie.</param>
    /// <param name="precise">In float64, as librosa; or else in float32, as torchaudio and the front ends that follow it (they differ by about 5e-6).</param>
    public static MelFilterBank Create(int sampleRate, int fftSize, int mels, double lowest = 0, double? highest = null,
        MelNorm norm = MelNorm.Slaney, MelScale scale = MelScale.Slaney, bool precise = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mels, 1);
        int bins = fftSize / 2 + 1;
        double first = ToMel(lowest, scale), last = ToMel(highest is null or 0 ? sampleRate / 2.0 : highest.Value, scale);
        // As in torchaudio the last bin lies at the whole number below half the rate, also for odd rates.
        float[] weights = precise
            ? Triangles(Spaced<double>(0, sampleRate / 2, bins), Spaced<double>(first, last, mels + 2), norm, scale)
            : Triangles(Spaced<float>(0, sampleRate / 2, bins), Spaced<float>(first, last, mels + 2), norm, scale);
        return new MelFilterBank(mels, bins, weights);
    }

    /// <summary>Kaldi's bank: triangles that are straight over mel (1127 · ln(1 + f / 700)); the last bin has no weight.</summary>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="fftSize">Samples of one FFT.</param>
    /// <param name="mels">How many filters.</param>
    /// <param name="lowest">Where the first triangle begins, in hertz.</param>
    /// <param name="highest">Where the last one ends; from half the sample rate down when it is not positive.</param>
    public static MelFilterBank CreateKaldi(double sampleRate, int fftSize, int mels, double lowest = 20, double highest = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mels, 1);
        int bins = fftSize / 2 + 1;
        double low = KaldiMel(lowest), step = KaldiStep(sampleRate, mels, lowest, highest);
        var weights = new float[mels * bins];
        for (int mel = 0; mel < mels; mel++)
        {
            for (int bin = 0; bin < bins - 1; bin++)
            {
                double position = (KaldiMel(bin * sampleRate / fftSize) - low) / step - mel;
                weights[mel * bins + bin] = (float)Math.Max(0, Math.Min(position, 2 - position));
            }
        }
        return new MelFilterBank(mels, bins, weights);
    }

    /// <summary>The frequencies of the peaks of Kaldi's triangles, in hertz.</summary>
    public static float[] KaldiCenters(double sampleRate, int mels, double lowest = 20, double highest = 0)
    {
        double low = KaldiMel(lowest), step = KaldiStep(sampleRate, mels, lowest, highest);
        return [.. Enumerable.Range(1, mels).Select(mel => (float)KaldiFrequency(low + mel * step))];
    }

    /// <summary>Kaldi's mel of a frequency in hertz.</summary>
    public static double KaldiMel(double frequency) => 1127 * Math.Log(1 + frequency / 700);

    /// <summary>The frequency in hertz of Kaldi's mel.</summary>
    public static double KaldiFrequency(double mel) => 700 * (Math.Exp(mel / 1127) - 1);

    /// <summary>The weights <c>[Mels, Bins]</c>.</summary>
    public Tensor ToTensor(Device? device = null) => tensor(Weights, [Mels, Bins], device: device);

    private static double KaldiStep(double sampleRate, int mels, double lowest, double highest)
    {
        double end = highest > 0 ? highest : sampleRate / 2 + highest;
        return (KaldiMel(end) - KaldiMel(lowest)) / (mels + 1);
    }

    private static float[] Triangles<T>(T[] frequencies, T[] melCorners, MelNorm norm, MelScale scale) where T : IFloatingPointIeee754<T>
    {
        T[] corners = Array.ConvertAll(melCorners, mel => ToFrequency(mel, scale));
        var weights = new float[(corners.Length - 2) * frequencies.Length];
        for (int mel = 0; mel < corners.Length - 2; mel++)
        {
            T left = corners[mel], center = corners[mel + 1], right = corners[mel + 2];
            T height = norm == MelNorm.Slaney ? Of<T>(2) / (right - left) : T.One;
            for (int bin = 0; bin < frequencies.Length; bin++)
            {
                T rise = (frequencies[bin] - left) / (center - left), fall = (right - frequencies[bin]) / (right - center);
                weights[mel * frequencies.Length + bin] = float.CreateChecked(height * T.Max(T.Zero, T.Min(rise, fall)));
            }
        }
        return weights;
    }

    private static T[] Spaced<T>(double first, double last, int count) where T : IFloatingPointIeee754<T>
    {
        T start = Of<T>(first), end = Of<T>(last);
        var values = new T[count];
        for (int i = 0; i < count; i++)
        {
            T part = Of<T>(i) / Of<T>(count - 1);
            values[i] = (T.One - part) * start + part * end;
        }
        return values;
    }

    // Slaney: 3 mels for each 200 Hz up to 1000 Hz (15 mels), above it 27 mels for a factor of 6.4.
    private static double ToMel(double frequency, MelScale scale) => scale == MelScale.Htk
        ? 2595 * Math.Log10(1 + frequency / 700)
        : frequency < 1000 ? frequency * 3 / 200 : 15 + 27 * Math.Log(frequency / 1000) / Math.Log(6.4);

    private static T ToFrequency<T>(T mel, MelScale scale) where T : IFloatingPointIeee754<T> => scale == MelScale.Htk
        ? Of<T>(700) * (T.Pow(Of<T>(10), mel / Of<T>(2595)) - T.One)
        : mel < Of<T>(15) ? mel * Of<T>(200.0 / 3) : Of<T>(1000) * T.Exp((mel - Of<T>(15)) * Of<T>(Math.Log(6.4) / 27));

    private static T Of<T>(double value) where T : IFloatingPointIeee754<T> => T.CreateChecked(value);
}
