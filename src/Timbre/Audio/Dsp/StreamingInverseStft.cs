using static TorchSharp.torch;

namespace Timbre.Audio.Dsp;

/// <summary>
/// The inverse transform for frames that come piece by piece: each piece gives the samples that no later frame adds to. All pieces and
/// the end together are what <see cref="Stft.OverlapAdd"/> gives for all frames at once.
/// </summary>
internal sealed class StreamingInverseStft(Stft stft) : IDisposable
{
    /// <summary>Sums of frames and of squared windows over the samples that later frames add to.</summary>
    private Tensor? _signal, _weight;

    /// <summary>Takes <c>[..., T, F]</c> and gives <c>[..., T * Hop]</c>; the leading axes stay the same from piece to piece.</summary>
    public Tensor Push(Tensor spectrum)
    {
        using var scope = NewDisposeScope();
        using Tensor window = stft.WindowOn(spectrum.device);
        Tensor signal = stft.Add(stft.InverseFrames(spectrum, window));
        Tensor weight = stft.Add(window.square().expand(spectrum.shape[^2], stft.FftSize));
        AddTail(signal, _signal);
        AddTail(weight, _weight);
        long done = spectrum.shape[^2] * stft.Hop;
        Tensor finished = Divided(signal, weight, Math.Min(done, signal.shape[^1]));
        // With a hop beyond the FFT there are samples between the frames that no frame adds to.
        finished = nn.functional.pad(finished, [0, done - finished.shape[^1]]);
        Keep(ref _signal, signal, done);
        Keep(ref _weight, weight, done);
        return finished.MoveToOuterDisposeScope();
    }

    /// <summary>The samples behind the last frame's hop, and a fresh start; null where nothing was pushed.</summary>
    public Tensor? Flush()
    {
        Tensor? rest = _signal is null ? null : Divided(_signal, _weight!, _signal.shape[^1]);
        Dispose();
        return rest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signal?.Dispose();
        _weight?.Dispose();
        (_signal, _weight) = (null, null);
    }

    private static void AddTail(Tensor sum, Tensor? tail)
    {
        if (tail is not null)
            sum.narrow(-1, 0, tail.shape[^1]).add_(tail);
    }

    private static void Keep(ref Tensor? tail, Tensor sum, long done)
    {
        tail?.Dispose();
        tail = sum.narrow(-1, Math.Min(done, sum.shape[^1]), Math.Max(0, sum.shape[^1] - done)).clone().DetachFromDisposeScope();
    }

    private static Tensor Divided(Tensor signal, Tensor weight, long length)
    {
        using var scope = NewDisposeScope();
        Tensor divisor = weight.narrow(-1, 0, length);
        return (signal.narrow(-1, 0, length) / divisor.where(divisor > Stft.SmallestWeight, ones_like(divisor))).MoveToOuterDisposeScope();
    }
}
