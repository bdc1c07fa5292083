using Timbre.Audio.Dsp;
using static TorchSharp.torch;

namespace Timbre.Evaluation;

/// <summary>How differently two recordings of the same words sound: the log-mel spectral distance, in dB.</summary>
internal static class SpectralDistance
{
    private const int Mels = 80, Milliseconds = 10;

    // Powers below this are silence, alike however far below.
    private const double Silence = 1e-8;

    /// <summary>
    /// The root mean square difference of the log-mel frames, in the mean over the frames that dynamic time warping puts side by side:
    /// where the recordings are of one length and alike, these are the frames of the same time.
    /// </summary>
    public static double Between(AudioBuffer left, AudioBuffer right)
    {
        if (left.SampleRate != right.SampleRate)
            throw new ArgumentException(
                $"recordings of {left.SampleRate} Hz and of {right.SampleRate} Hz cannot be compared frame by frame.");
        return Warp(Frames(left), Frames(right));
    }

    private static float[][] Frames(AudioBuffer audio)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int hop = audio.SampleRate * Milliseconds / 1000, fftSize = 4 * hop;
        var spectrogram = new MelSpectrogram(new Stft(fftSize, hop), MelFilterBank.Create(audio.SampleRate, fftSize, Mels));
        Tensor signal = tensor(audio.Samples.Length >= fftSize ? audio.Samples
            : [.. audio.Samples, .. new float[fftSize - audio.Samples.Length]]);
        Tensor decibels = spectrogram.Power(signal).clamp_min(Silence).log10().mul(10).to(ScalarType.Float32).contiguous();
        return [.. decibels.data<float>().ToArray().Chunk(Mels)];
    }

    private static double Warp(float[][] left, float[][] right)
    {
        // Sum and length of the cheapest way to each pair of frames.
        (double Sum, int Steps)[] above = new (double, int)[right.Length], row = new (double, int)[right.Length];
        for (int i = 0; i < left.Length; i++)
        {
            for (int j = 0; j < right.Length; j++)
            {
                (double Sum, int Steps) best = i == 0 && j == 0 ? (0, 0) : (double.PositiveInfinity, 0);
                if (i > 0 && j > 0)
                    best = above[j - 1];
                if (i > 0 && above[j].Sum < best.Sum)
                    best = above[j];
                if (j > 0 && row[j - 1].Sum < best.Sum)
                    best = row[j - 1];
                row[j] = (best.Sum + Distance(left[i], right[j]), best.Steps + 1);
            }
            (above, row) = (row, above);
        }
        return above[^1].Sum / above[^1].Steps;
    }

    private static double Distance(float[] left, float[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return Math.Sqrt(sum / left.Length);
    }
}
