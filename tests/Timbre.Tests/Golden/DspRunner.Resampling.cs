using Timbre.Audio;
using Timbre.Audio.Dsp;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

internal sealed partial class DspRunner
{
    private delegate float[] ResampleMethod(ReadOnlySpan<float> samples, int fromRate, int toRate);

    private static (int From, int To) Rates(GoldenCase part) => (part.Argument("source", 0), part.Argument("target", 0));

    /// <summary>The library's resampler, along one axis of what may have several.</summary>
    private static void RunResample(GoldenCase part, GoldenCheck check)
    {
        (int from, int to) = Rates(part);
        Tensor samples = part.Tensor("in.x").to(ScalarType.Float32);
        int axis = part.Argument("axis", -1);
        Tensor lines = samples.transpose(axis, -1);
        long[] shape = lines.shape;
        float[][] resampled = [.. lines.reshape(Math.Max(1, shape[..^1].Aggregate(1L, (count, length) => count * length)), shape[^1]).unbind()
            .Select(line => Resampler.Resample(shape[^1] == 0 ? [] : line.contiguous().data<float>().ToArray(), from, to))];
        shape[^1] = resampled[0].Length;
        check.Compare("out.y", tensor(resampled.SelectMany(line => line).ToArray()).reshape(shape).transpose(axis, -1));
    }

    private static void RunMethod(GoldenCase part, GoldenCheck check, ResampleMethod method)
    {
        (int from, int to) = Rates(part);
        check.Compare("out.y", method(part.Floats("in.x"), from, to));
    }

    private static void RunLinearPcm(GoldenCase part, GoldenCheck check)
    {
        (int from, int to) = Rates(part);
        check.Compare("out.y", Interpolation.Linear(Array.ConvertAll(part.Floats("in.pcm"), sample => sample / 32768), from, to));
    }

    private static void RunChunks(GoldenCase part, GoldenCheck check)
    {
        (int from, int to) = Rates(part);
        float[] samples = part.Floats("in.x"), whole = Resampler.Resample(samples, from, to);
        using var resampler = new Resampler(new BufferReader(samples, from), to);
        var chunks = new List<float>();
        var chunk = new float[97];
        while (resampler.Read(chunk) is > 0 and int read)
            chunks.AddRange(chunk[..read]);
        check.Compare("out.y", chunks.ToArray());
        if (!chunks.SequenceEqual(whole))
            check.Fail("out.y", "the chunks are not the whole");
    }

    /// <summary>The filter's taps, read off the responses to single impulses: y[j] = up · h[j · down + half - n · up].</summary>
    private static void RunTaps(GoldenCase part, GoldenCheck check)
    {
        int up = part.Argument("up", 1), down = part.Argument("down", 1), half = 64 * Math.Max(up, down);
        var taps = new double[2 * half + 1];
        // Far enough from the edges, whose samples go on beyond them.
        int middle = 2 * half;
        for (int n = middle; n < middle + down; n++)
        {
            var impulse = new float[2 * middle + down];
            impulse[n] = 1;
            float[] response = Resampler.Resample(impulse, down, up);
            for (int j = 0; j < response.Length; j++)
            {
                int tap = j * down + half - n * up;
                if (tap >= 0 && tap < taps.Length)
                    taps[tap] = response[j] / up;
            }
        }
        check.Compare("out.fir", taps);
    }

    private static void RunSpeed(GoldenCase part, GoldenCheck check) =>
        check.Compare("out.y", Interpolation.ChangeSpeed(part.Floats("in.x"), part.Argument("speed", 1.0)));

    /// <summary>libsoxr's samples: other filters, the same sound.</summary>
    private static void RunLoosely(GoldenCase part, GoldenCheck check)
    {
        check.ReferenceOnly("out.y", "libsoxr is another filter; compared by correlation");
        (int from, int to) = Rates(part);
        GoldenTensor expected = part["out.y"];
        double[] actual = Array.ConvertAll(Resampler.Resample(part.Floats("in.x"), from, to), sample => (double)sample);
        if (GoldenValues.Difference(expected, actual, [actual.Length], new GoldenTolerance(0, 0, MinCorrelation: 0.98)) is string difference)
            check.Fail("out.y", difference);
    }

    /// <summary>miniaudio's own upsampling has images above the old Nyquist frequency: ours is the FIR, so only the length is the same.</summary>
    private static void RunUpsamplingDecoder(GoldenCase part, GoldenCheck check)
    {
        check.ReferenceOnly("out.pcm", "miniaudio's linear resampler; the FIR is better (spec, section 4)");
        (int from, int to) = Rates(part);
        if (Resampler.OutputLength(part["in.pcm"].Shape[0], from, to) != part["out.pcm"].Shape[0])
            check.Fail("out.pcm", "another length");
    }
}
