using System.Text.Json;
using Timbre.Audio.Dsp;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>The cases of <c>dsp</c>: every folder holds many small cases, each with its own operation.</summary>
internal sealed partial class DspRunner : IGoldenRunner
{
    private static readonly Dictionary<string, Action<GoldenCase, GoldenCheck>> Operations = new()
    {
        ["dsp.window"] = RunWindow,
        ["dsp.stft"] = RunStft,
        ["dsp.istft"] = RunInverse,
        ["dsp.istft_cache"] = RunInverseCache,
        ["dsp.mel_filters"] = RunMelFilters,
        ["dsp.fbank"] = RunFbank,
        ["dsp.deltas"] = RunDeltas,
        ["dsp.kaldi_banks"] = RunKaldiBanks,
        ["dsp.kaldi_mel"] = RunKaldiMel,
        ["dsp.lfr"] = RunLowFrameRate,
        ["dsp.loudness"] = RunLoudness,
        ["dsp.normalize_loudness"] = RunNormalizeLoudness,
        ["dsp.normalize_peak"] = RunNormalizePeak,
        ["dsp.lfilter"] = RunFilter,
        ["dsp.volume_normalize"] = RunVolume,
        ["dsp.trim_silence"] = RunTrim,
        ["dsp.speech_boundaries"] = RunBoundaries,
        ["dsp.sortformer_trim"] = RunRunTrim,
        ["dsp.random_segment"] = RunRandomSegment,
        ["dsp.fades"] = RunFades,
        ["dsp.resample"] = RunResample,
        ["dsp.resample.taps"] = RunTaps,
        ["dsp.resample.chunks"] = RunChunks,
        ["dsp.resample.linear"] = (part, check) => RunMethod(part, check, Interpolation.Linear),
        ["dsp.resample.sinc"] = (part, check) => RunMethod(part, check, Interpolation.Sinc),
        ["dsp.resample.fft"] = (part, check) => RunMethod(part, check, Interpolation.Fourier),
        ["dsp.resample.soxr"] = RunLoosely,
        ["dsp.speed"] = RunSpeed,
        ["server.resample_pcm16"] = RunLinearPcm,
        ["audio.read.upsample"] = RunUpsamplingDecoder,
    };

    public string Family => "dsp";

    public IEnumerable<string> Entries => ["dsp.window", "dsp.stft", "dsp.istft", "dsp.mel_filters", "dsp.fbank", "dsp.levels", "dsp.resample"];

    public void Run(GoldenCase golden, GoldenCheck check) =>
        check.ForEachSubCase((part, partCheck) => Operations[part.Argument("op", "")](part, partCheck));

    private static void RunWindow(GoldenCase part, GoldenCheck check)
    {
        int size = part.Argument("size", 0);
        bool periodic = part.Argument("periodic", false);
        float[] window = Window.Create(Window.Parse(part.Argument("window", "")), size, periodic);
        check.Compare("out.w", window);
        if (size == 1 && !periodic)
        {
            check.ReferenceOnly("error", "it divides by zero; a window of one value is 1");
            if (window is not [1])
                check.Fail("out.w", "a symmetric window of one value is 1");
        }
    }

    private static void RunStft(GoldenCase part, GoldenCheck check)
    {
        Tensor signal = part.Tensor(part.Has("in.x") ? "in.x" : "x");
        Tensor Transform()
        {
            int size = part.Argument("n_fft", 800);
            // A name gives the symmetric window; a short window stands at the start.
            float[] window = part.Has("in.window")
                ? part.Floats("in.window")
                : Window.Create(Window.Parse(part.Argument("window", "hann")), part.Argument("win_length", size), periodic: false);
            return new Stft(size, part.Argument("hop_length", size / 4), window, PaddingOf(part), centerWindow: false).Transform(signal);
        }
        if (part.Args.TryGetProperty("error", out _))
        {
            check.Throws<ArgumentException>(() => Transform());
            return;
        }
        Tensor spectrum = Transform();
        check.Compare("out.real", WithBrokenFramesAsRecorded(spectrum.real, part.Tensor("out.real")));
        check.Compare("out.imag", WithBrokenFramesAsRecorded(spectrum.imag, part.Tensor("out.imag")));
        if (part.Argument("frames", 0) is > 0 and int frames && frames != spectrum.shape[0])
            check.Fail("out.real", $"{spectrum.shape[0]} frames, expected {frames}");
    }

    /// <summary>
    /// The spectrum of a frame that holds NaN has no meaning: in which bins an FFT library happens to leave numbers depends on how it takes
    /// its steps, even on the number of threads. Where such a frame is broken here too, the recorded one stands for it.
    /// </summary>
    private static Tensor WithBrokenFramesAsRecorded(Tensor actual, Tensor recorded)
    {
        if (!actual.shape.SequenceEqual(recorded.shape))
            return actual;
        Tensor broken = recorded.isnan().any(-1, keepdim: true).logical_and(actual.isnan().any(-1, keepdim: true));
        return where(broken, recorded, actual);
    }

    private static StftPadding PaddingOf(GoldenCase part) => part.Argument("center", true)
        ? part.Argument("pad_mode", "reflect") switch
        {
            "reflect" => StftPadding.Reflect,
            "constant" => StftPadding.Zeros,
            var mode => throw new ArgumentException($"There is no padding '{mode}'."),
        }
        : StftPadding.None;

    private static void RunInverse(GoldenCase part, GoldenCheck check)
    {
        Tensor spectrum = complex(part.Tensor("in.real"), part.Tensor("in.imag")).t();
        int length = part.Argument("win_length", 0);
        Tensor signal = InverseStft(part, length, 2 * ((int)spectrum.shape[1] - 1)).OverlapAdd(spectrum, squared: part.Argument("normalized", false));
        // The recorded length counts from the start of the padding.
        long cut = part.Argument("center", true) ? length / 2 : 0;
        check.Compare("out.y", part.Args.TryGetProperty("length", out JsonElement wanted)
            ? signal.narrow(0, 0, Math.Min(wanted.GetInt64(), signal.shape[0]))
            : signal.narrow(0, cut, signal.shape[0] - 2 * cut));
    }

    private static void RunInverseCache(GoldenCase part, GoldenCheck check)
    {
        Tensor spectrum = complex(part.Tensor("in.real"), part.Tensor("in.imag")).transpose(1, 2);
        int size = part.Argument("n_fft", 0);
        Stft stft = InverseStft(part, part.Argument("win_length", size), size);
        Tensor signal = stft.OverlapAdd(spectrum, limitToWindow: part.Argument("constrain_value_range", false));
        // Padding is cut at the start only.
        long cut = part.Argument("center", true) ? size / 2 : 0;
        signal = signal.narrow(1, cut, signal.shape[1] - cut);
        check.Compare("out.y", signal.narrow(1, 0, Math.Min(part.Argument("audio_length", long.MaxValue), signal.shape[1])));
    }

    private static Stft InverseStft(GoldenCase part, int windowLength, int size)
    {
        float[] window = part.Has("in.window")
            ? part.Floats("in.window")
            : Window.Create(Window.Parse(part.Argument("window", "hann")), windowLength);
        return new Stft(size, part.Argument("hop_length", windowLength / 4), window, StftPadding.None, centerWindow: false);
    }

    private static void RunMelFilters(GoldenCase part, GoldenCheck check)
    {
        MelFilterBank bank = MelFilterBank.Create(
            part.Argument("sample_rate", 0), part.Argument("n_fft", 0), part.Argument("n_mels", 0), part.Argument("f_min", 0.0), part.Argument<double?>("f_max", null),
            part.Argument("norm", "") == "slaney" ? MelNorm.Slaney : MelNorm.None,
            // The argument's default is htk, but null means slaney.
            !part.Args.TryGetProperty("mel_scale", out JsonElement scale) || scale.ValueEquals("htk") ? MelScale.Htk : MelScale.Slaney,
            part.Argument("precise", false));
        Tensor weights = bank.ToTensor();
        check.Compare("out.fb", weights);
        check.Compare("out.rows", weights[tensor(new long[] { 0, bank.Mels / 2, bank.Mels - 1 })]);
        check.Compare("out.row_sums", weights.sum(1));
        check.Compare("out.peak", weights.argmax(1));
        if (part.Args.TryGetProperty("empty_rows", out JsonElement empty) && weights.sum(1).eq(0).sum().item<long>() != empty.GetInt64())
            check.Fail("out.rows", $"the number of empty rows is not {empty}");
    }
}
