using System.Numerics;
using Timbre.Generation;
using static TorchSharp.torch;

namespace Timbre.Audio.Dsp;

/// <summary>
/// Log-mel energies in the manner of Kaldi's <c>compute-fbank-feats</c> (whole frames only), and what is stacked on them. The first
/// sample of a frame keeps its value in pre-emphasis, as in ModelScope's front ends; Kaldi multiplies it by 1 - preemphasis.
/// </summary>
internal static class KaldiFbank
{
    /// <summary>The features <c>[T, mels]</c> of a signal <c>[samples]</c>; no rows where it is shorter than a frame.</summary>
    /// <param name="signal">In the scale that the model wants: many take 16-bit numbers, that is samples times 32768.</param>
    /// <param name="options">Settings.</param>
    /// <param name="random">Needed where the options ask for dither: one normal draw for all frames.</param>
    public static Tensor Compute(Tensor signal, KaldiFbankOptions options, RandomSource? random = null)
    {
        using var scope = NewDisposeScope();
        if (signal.shape[0] < options.FrameLength)
            return zeros(0, options.Mels, device: signal.device).MoveToOuterDisposeScope();
        Tensor frames = signal.unfold(0, options.FrameLength, options.FrameShift);
        if (options.Dither != 0)
        {
            ArgumentNullException.ThrowIfNull(random);
            frames = frames + options.Dither * random.Normal(frames.shape).to(signal.device);
        }
        frames = frames - frames.mean([1], keepdim: true);
        if (options.Preemphasis != 0)
        {
            Tensor before = nn.functional.pad(frames.narrow(1, 0, options.FrameLength - 1), [1, 0]);
            frames = frames - options.Preemphasis * before;
        }
        Tensor window = tensor(Window.Create(options.Window, options.FrameLength, periodic: false), device: signal.device);
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)options.FrameLength);
        Tensor power = Stft.PowerOf(fft.rfft(frames * window, size));
        var bank = MelFilterBank.CreateKaldi(options.SampleRate, size, options.Mels, options.Lowest, options.Highest);
        return matmul(power, bank.ToTensor(signal.device).t()).clamp_(options.Floor).log_().MoveToOuterDisposeScope();
    }

    /// <summary>Slopes over time of features <c>[..., T]</c>: the least-squares line through <paramref name="width"/> frames.</summary>
    /// <param name="features">Time is the last axis.</param>
    /// <param name="width">Frames, at least 3; of an even number the last is not used.</param>
    /// <param name="zeroEdges">Zeros stand beyond the edges, or else the edge frames are repeated.</param>
    public static Tensor Deltas(Tensor features, int width = 5, bool zeroEdges = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 3);
        using var scope = NewDisposeScope();
        int reach = (width - 1) / 2;
        long time = features.shape[^1];
        Tensor places = arange(-reach, time + reach, dtype: ScalarType.Int64, device: features.device);
        Tensor padded = zeroEdges ? nn.functional.pad(features, [reach, reach]) : features.index_select(-1, places.clamp(0, time - 1));
        Tensor slope = zeros_like(features);
        for (int n = 1; n <= reach; n++)
            slope.add_((padded.narrow(-1, reach + n, time) - padded.narrow(-1, reach - n, time)) * n);
        // 2 Σ n².
        return slope.div_(reach * (reach + 1) * (2 * reach + 1) / 3.0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Low frame rate: stacks <paramref name="stack"/> frames and goes on by <paramref name="step"/>. The first frame is repeated before
    /// the start and the last one behind the end.
    /// </summary>
    /// <param name="features"><c>[T, D]</c>.</param>
    /// <param name="stack">Frames of one row.</param>
    /// <param name="step">Frames from one row to the next.</param>
    /// <param name="countPadding">Rows cover the frames before the start too (FSMN), or else ceil(T / step) rows (SenseVoice).</param>
    /// <returns><c>[rows, stack * D]</c>.</returns>
    public static Tensor LowFrameRate(Tensor features, int stack, int step, bool countPadding = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stack, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        using var scope = NewDisposeScope();
        long time = features.shape[0], left = (stack - 1) / 2;
        long rows = (time + (countPadding ? left : 0) + step - 1) / step;
        Tensor starts = arange(0, rows, dtype: ScalarType.Int64, device: features.device).mul(step).sub(left).unsqueeze(1);
        Tensor places = (starts + arange(0, stack, dtype: ScalarType.Int64, device: features.device)).clamp(0, time - 1);
        return features.index_select(0, places.flatten()).reshape(rows, stack * features.shape[1]).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises features by recorded statistics: <c>(x + shift) * scale</c>.</summary>
    public static Tensor ApplyCmvn(Tensor features, Tensor shift, Tensor scale)
    {
        using var scope = NewDisposeScope();
        return ((features + shift) * scale).MoveToOuterDisposeScope();
    }
}
