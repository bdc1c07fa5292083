using Timbre.Audio.Dsp;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

internal sealed partial class DspRunner
{
    private static void RunFbank(GoldenCase part, GoldenCheck check)
    {
        var options = new KaldiFbankOptions
        {
            SampleRate = part.Argument("sample_rate", 48000),
            FrameLength = part.Argument("win_len", 1920),
            FrameShift = part.Argument("win_inc", 384),
            Mels = part.Argument("num_mels", 60),
            Window = Window.Parse(part.Argument("win_type", "hamming")),
            Preemphasis = part.Argument("preemphasis", 0.97),
            Dither = part.Argument("dither", 1.0),
            Lowest = part.Argument("low_freq", 20.0),
            Highest = part.Argument("high_freq", 0.0),
        };
        GoldenTensor[] draws = part.Has("in.normal") ? [part["in.normal"] with { Name = "rng.0000.normal" }] : [];
        using var random = new ReplayRandomSource(draws);
        check.Compare("out.fbank", KaldiFbank.Compute(part.Tensor(part.Has("in.x") ? "in.x" : "x"), options, random));
        if (random.Left > 0)
            check.Fail("in.normal", "the recorded noise was not drawn");
    }

    private static void RunDeltas(GoldenCase part, GoldenCheck check)
    {
        int width = part.Argument("win_length", 5);
        if (part.Args.TryGetProperty("error", out _))
            check.Throws<ArgumentException>(() => KaldiFbank.Deltas(zeros(1, 4), width));
        else
            check.Compare("out.y", KaldiFbank.Deltas(part.Tensor("in.x"), width, part.Argument("mode", "edge") == "constant"));
    }

    private static void RunKaldiBanks(GoldenCase part, GoldenCheck check)
    {
        int mels = part.Argument("num_bins", 0), size = part.Argument("padded", 0);
        double rate = part.Argument("sample_rate", 0.0), low = part.Argument("low", 20.0), high = part.Argument("high", 0.0);
        // Recorded without the bin at half the rate, which has no weight.
        check.Compare("out.banks", MelFilterBank.CreateKaldi(rate, size, mels, low, high).ToTensor().narrow(1, 0, size / 2));
        check.Compare("out.centers", MelFilterBank.KaldiCenters(rate, mels, low, high));
    }

    private static void RunKaldiMel(GoldenCase part, GoldenCheck check)
    {
        double[] mels = Array.ConvertAll(part["in.hz"].Values, MelFilterBank.KaldiMel);
        check.Compare("out.mel", mels);
        check.Compare("out.back", Array.ConvertAll(mels, MelFilterBank.KaldiFrequency));
    }

    private static void RunLowFrameRate(GoldenCase part, GoldenCheck check) =>
        check.Compare("out.y", KaldiFbank.LowFrameRate(part.Tensor("in.x"), part.Argument("m", 1), part.Argument("n", 1),
            countPadding: part.Argument("variant", "").StartsWith("fsmn", StringComparison.Ordinal)));
}
