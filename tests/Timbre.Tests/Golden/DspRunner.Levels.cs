using Timbre.Audio.Dsp;

namespace Timbre.Tests.Golden;

internal sealed partial class DspRunner
{
    private static void RunLoudness(GoldenCase part, GoldenCheck check)
    {
        int rate = part.Argument("sample_rate", 0);
        if (!part.Args.TryGetProperty("signal", out _))
        {
            int[] shape = part.Argument<int[]>("shape", []);
            int channels = shape.Length > 1 ? shape[1] : 1;
            double Silence() => Loudness.Integrated(new float[shape[0] * channels], channels, rate);
            if (part.Argument("dtype", "") == "int16")
                check.ReferenceOnly("error", "samples are floats by their type here");
            else if (part.Args.TryGetProperty("error", out _))
                check.Throws<ArgumentException>(() => Silence());
            check.Expect("lufs", part.Args.TryGetProperty("error", out _) ? null : Silence());
            return;
        }
        check.Expect("lufs", Loudness.Integrated(Tones(part, rate), part.Argument("channels", 1), rate));
    }

    /// <summary>The signal as the case describes it in words: two tones a channel; of the gated case the second half is quiet.</summary>
    private static float[] Tones(GoldenCase part, int rate)
    {
        int channels = part.Argument("channels", 1), count = part.Argument("samples", 0);
        double gain = part.Argument("gain", 1.0), phase = part.Argument("phase", 0.0);
        bool gated = part.Argument("signal", "").Contains("second half", StringComparison.Ordinal);
        var samples = new float[count * channels];
        for (int i = 0; i < samples.Length; i++)
        {
            (int frame, int channel) = Math.DivRem(i, channels);
            double time = 2 * Math.PI * frame / rate, quiet = gated && frame * 2 >= count - 1 ? 0.001 : 1;
            samples[i] = (float)(quiet * gain * (0.3 * Math.Sin((220 + 110 * channel) * time + phase) + 0.2 * Math.Sin((1500 + 37 * channel) * time)));
        }
        return samples;
    }

    private static void RunInPlace(GoldenCase part, GoldenCheck check, Action<float[]> change)
    {
        float[] samples = part.Floats("in.x");
        change(samples);
        check.Compare("out.y", samples);
    }

    private static void RunNormalizeLoudness(GoldenCase part, GoldenCheck check) => RunInPlace(part, check,
        samples => Levels.Scale(samples, Loudness.Gain(part.Argument("input_loudness", 0.0), part.Argument("target", 0.0))));

    private static void RunNormalizePeak(GoldenCase part, GoldenCheck check) =>
        RunInPlace(part, check, samples => Levels.NormalizePeak(samples, part.Argument("target_db", 0.0)));

    private static void RunFilter(GoldenCase part, GoldenCheck check)
    {
        var filter = new IirFilter(part["in.b"].Values, part["in.a"].Values);
        RunInPlace(part, check, samples =>
        {
            foreach (ref float sample in samples.AsSpan())
                sample = (float)filter.Next(sample);
        });
    }

    private static void RunVolume(GoldenCase part, GoldenCheck check)
    {
        if (!part.Has("in.x"))
        {
            check.ReferenceOnly("error", "it crashes on nothing; nothing stays nothing");
            Levels.NormalizeVolume([]);
            return;
        }
        RunInPlace(part, check, samples => Levels.NormalizeVolume(samples, part.Argument("coeff", 0.2)));
    }

    private static void RunTrim(GoldenCase part, GoldenCheck check)
    {
        float[] samples = Described(part);
        (int start, int length) = SpeechBounds
            .TrimSilence(samples, part.Argument("top_db", 20.0), part.Argument("frame_length", 2048), part.Argument("hop_length", 512)).GetOffsetAndLength(samples.Length);
        check.Expect("start", start);
        check.Expect("length", length);
    }

    private static void RunBoundaries(GoldenCase part, GoldenCheck check)
    {
        if (part.Args.TryGetProperty("error", out _))
        {
            check.Throws<ArgumentException>(() => SpeechBounds.FindSpeech(new float[9000], 16000));
            return;
        }
        float[] samples = Described(part);
        Range speech = SpeechBounds.FindSpeech(samples, part.Argument("sample_rate", 0), part.Argument("window_duration", 0.1), part.Argument("energy_threshold", 0.01));
        (int start, int length) = speech.GetOffsetAndLength(samples.Length);
        check.Expect("start", start);
        check.Expect("end", start + length);
    }

    /// <summary>A tensor by name (<c>x9000</c>), its beginning (<c>x9000[:2047]</c>), or silence (<c>4096 zeros</c>).</summary>
    private static float[] Described(GoldenCase part)
    {
        string description = part.Argument("x", "");
        if (description.EndsWith(" zeros", StringComparison.Ordinal))
            return new float[int.Parse(description.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)];
        string[] pieces = description.Split("[:");
        float[] samples = part.Floats(pieces[0]);
        return pieces.Length == 1 ? samples : samples[..int.Parse(pieces[1].TrimEnd(']'), System.Globalization.CultureInfo.InvariantCulture)];
    }

    private static void RunRunTrim(GoldenCase part, GoldenCheck check)
    {
        // "8000 zeros + any loud 24000 samples + 5000 zeros".
        float[] samples = [.. part.Argument("signal", "").Split(" + ").SelectMany(piece =>
            Enumerable.Repeat(piece.EndsWith("zeros", StringComparison.Ordinal) ? 0f : 0.5f, piece.Split(' ').Where(word => int.TryParse(word, out _)).Select(int.Parse).First()))];
        (int start, int length) = SpeechBounds.TrimToRuns(samples, part.Argument("sample_rate", 0)).GetOffsetAndLength(samples.Length);
        check.Expect("offset", start);
        check.Expect("length", length);
    }

    private static void RunRandomSegment(GoldenCase part, GoldenCheck check)
    {
        float[] samples = part.Floats("in.x");
        int length = part.Argument("length", 0), places = samples.Length - length + 1;
        // The recorded place stands for the draw that leads to it.
        int place = part.Expect.TryGetProperty("start", out var start) ? start.GetInt32() : 0;
        GoldenTensor[] draws = places > 1 ? [new GoldenTensor("rng.0000.uniform", "F32", [1], [(place + 0.5) / places])] : [];
        using var random = new ReplayRandomSource(draws);
        float[] segment = SpeechBounds.RandomSegment(samples, length, random);
        check.Compare("out.y", segment);
        check.Expect("start", samples.AsSpan().IndexOf(segment.AsSpan(0, Math.Min(length, samples.Length))));
    }

    private static void RunFades(GoldenCase part, GoldenCheck check)
    {
        int Samples(string name) => (int)(part.Argument(name, 0.0) * part.Argument("sample_rate", 0) / 1000);
        RunInPlace(part, check, samples => Levels.Fade(samples, Samples("fade_in_ms"), Samples("fade_out_ms")));
    }
}
