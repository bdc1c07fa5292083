using Timbre.Generation;

namespace Timbre.Audio.Dsp;

/// <summary>Finds by energy where the sound of a clip begins and ends.</summary>
internal static class SpeechBounds
{
    /// <summary>
    /// Cuts silence off both ends: from the first to one hop behind the last frame that comes within <paramref name="decibels"/> of the
    /// loudest. A clip shorter than a frame stays whole.
    /// </summary>
    public static Range TrimSilence(ReadOnlySpan<float> samples, double decibels = 20, int frameLength = 2048, int hop = 512)
    {
        if (samples.Length < frameLength)
            return ..samples.Length;
        double[] levels = Array.ConvertAll(Energies(samples, frameLength, hop), energy => 20 * Math.Log10(Math.Max(energy, 1e-10)));
        double gate = levels.Max() - decibels;
        int first = Array.FindIndex(levels, level => level >= gate), last = Array.FindLastIndex(levels, level => level >= gate);
        return (first * hop)..Math.Min((last + 1) * hop + frameLength, samples.Length);
    }

    /// <summary>From two windows before the first to two windows behind the start of the last window that reaches the threshold.</summary>
    /// <param name="samples">One channel.</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="windowSeconds">Length of a window; they follow each other by a tenth of it.</param>
    /// <param name="threshold">Root of the mean square that counts as speech.</param>
    /// <exception cref="ArgumentException">No window reaches the threshold.</exception>
    public static Range FindSpeech(ReadOnlySpan<float> samples, int sampleRate, double windowSeconds = 0.1, double threshold = 0.01)
    {
        int window = (int)(windowSeconds * sampleRate), step = Math.Max(1, window / 10);
        double[] energies = Energies(samples, window, step);
        int first = Array.FindIndex(energies, energy => energy >= threshold), last = Array.FindLastIndex(energies, energy => energy >= threshold);
        return first >= 0
            ? Math.Max(0, first * step - 2 * window)..Math.Min(samples.Length, last * step + 2 * window)
            : throw new ArgumentException($"There is no speech in {samples.Length} samples, only silence.", nameof(samples));
    }

    /// <summary>
    /// From the first to the last run of half a second above one percent of the loudest frame (30 ms each), as Sortformer trims its
    /// input. A clip of less than two runs, or without one, stays whole.
    /// </summary>
    public static Range TrimToRuns(ReadOnlySpan<float> samples, int sampleRate)
    {
        int frame = (int)(0.03 * sampleRate), run = Math.Max(3, (int)(0.5 * 1000 / 30));
        if (samples.Length < 2 * run * frame)
            return ..samples.Length;
        double[] energies = Energies(samples, frame, frame);
        double gate = 0.01 * energies.Max();
        int first = -1, end = -1;
        for (int i = 0, length = 0; i < energies.Length; i++)
        {
            length = energies[i] > gate ? length + 1 : 0;
            if (length < run)
                continue;
            first = first < 0 ? i + 1 - run : first;
            end = i + 1;
        }
        return first < 0 ? ..samples.Length : (first * frame)..Math.Min(end * frame, samples.Length);
    }

    /// <summary>A stretch of <paramref name="length"/> samples from a uniformly drawn place; a shorter clip is followed by zeros.</summary>
    public static float[] RandomSegment(ReadOnlySpan<float> samples, int length, RandomSource random)
    {
        var segment = new float[length];
        int places = samples.Length - length + 1, start = 0;
        if (places > 1)
        {
            using TorchSharp.torch.Tensor draw = random.Uniform(1);
            start = Math.Min(places - 1, (int)(draw.ReadCpuSingle(0) * places));
        }
        samples[start..Math.Min(start + length, samples.Length)].CopyTo(segment);
        return segment;
    }

    /// <summary>The root of the mean square of every whole frame.</summary>
    private static double[] Energies(ReadOnlySpan<float> samples, int frameLength, int hop)
    {
        var energies = new double[samples.Length < frameLength || frameLength == 0 ? 0 : (samples.Length - frameLength) / hop + 1];
        for (int i = 0; i < energies.Length; i++)
        {
            double sum = 0;
            foreach (float sample in samples.Slice(i * hop, frameLength))
                sum += (double)sample * sample;
            energies[i] = Math.Sqrt(sum / frameLength);
        }
        return energies;
    }
}
