using static TorchSharp.torch;

namespace Timbre.Audio.Dsp;

/// <summary>Short-time Fourier transform of real signals, and its inverse by overlap-add. Frames <c>T</c>, bins <c>F = FftSize / 2 + 1</c>.</summary>
internal sealed class Stft
{
    /// <summary>Frames that are transformed at once: small enough that a block stays in the cache, large enough that calls do not count.</summary>
    private const int BlockFrames = 512;

    /// <summary>Where the overlapping windows sum to no more than this there is nothing to divide.</summary>
    internal const double SmallestWeight = 1e-10;

    private readonly float[] _window;

    /// <summary>Sets up a transform.</summary>
    /// <param name="fftSize">Samples of one FFT.</param>
    /// <param name="hop">Samples from one frame to the next.</param>
    /// <param name="window">At most <paramref name="fftSize"/> values; null: a periodic Hann window of that length.</param>
    /// <param name="padding">What extends the signal.</param>
    /// <param name="centerWindow">A shorter window stands in the middle of the FFT (as in librosa and PyTorch), or else at its start.</param>
    public Stft(int fftSize, int hop, ReadOnlySpan<float> window = default, StftPadding padding = StftPadding.Reflect, bool centerWindow = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fftSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        if (window.Length > fftSize)
            throw new ArgumentException($"A window of {window.Length} values is longer than the FFT of {fftSize}.", nameof(window));
        (FftSize, Hop, Padding) = (fftSize, hop, padding);
        _window = window.IsEmpty ? Window.Create(WindowShape.Hann, fftSize) : new float[fftSize];
        window.CopyTo(_window.AsSpan(centerWindow ? (fftSize - window.Length) / 2 : 0));
    }

    /// <summary>Samples of one FFT.</summary>
    public int FftSize { get; }

    /// <summary>Samples from one frame to the next.</summary>
    public int Hop { get; }

    /// <summary>Frequencies from zero to half the sample rate.</summary>
    public int Bins => FftSize / 2 + 1;

    /// <summary>What extends the signal.</summary>
    public StftPadding Padding { get; }

    /// <summary>The spectrum <c>[..., T, F]</c> (complex, unscaled) of a signal <c>[..., samples]</c>.</summary>
    /// <exception cref="ArgumentException">The signal is shorter than one frame.</exception>
    public Tensor Transform(Tensor signal)
    {
        using var scope = NewDisposeScope();
        return fft.rfft(Frames(signal) * WindowOn(signal.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Squared magnitudes <c>[..., T, F]</c> of a signal <c>[..., samples]</c>.</summary>
    /// <inheritdoc cref="Transform" path="/exception"/>
    public Tensor Power(Tensor signal) => MapBlocks(signal, power => power);

    /// <summary>
    /// Computes power spectra and maps them block by block, so that no more than the result is held: <paramref name="map"/> takes
    /// <c>[..., frames, F]</c> and gives <c>[..., frames, any]</c>.
    /// </summary>
    /// <inheritdoc cref="Transform" path="/exception"/>
    public Tensor MapBlocks(Tensor signal, Func<Tensor, Tensor> map)
    {
        using var scope = NewDisposeScope();
        Tensor frames = Frames(signal), window = WindowOn(signal.device);
        long count = frames.shape[^2];
        var blocks = new List<Tensor>();
        for (long start = 0; start < count; start += BlockFrames)
        {
            using var block = NewDisposeScope();
            Tensor spectrum = fft.rfft(frames.narrow(-2, start, Math.Min(BlockFrames, count - start)) * window);
            blocks.Add(map(PowerOf(spectrum)).MoveToOuterDisposeScope());
        }
        return (blocks.Count == 1 ? blocks[0] : cat(blocks, -2)).MoveToOuterDisposeScope();
    }

    /// <summary>Squared magnitudes. (A sum over the two parts of <c>view_as_real</c> takes six times as long, <c>abs</c> twice.)</summary>
    public static Tensor PowerOf(Tensor spectrum)
    {
        using var scope = NewDisposeScope();
        Tensor real = spectrum.real, imaginary = spectrum.imag;
        return (real * real).addcmul_(imaginary, imaginary, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The signal <c>[..., samples]</c> of a spectrum <c>[..., T, F]</c>, by the least-squares inverse (Griffin and Lim 1984): frames are
    /// windowed, added, and divided by the sum of the squared windows; the padding is cut off.
    /// </summary>
    /// <param name="spectrum">Complex.</param>
    /// <param name="length">How many samples to give, zeros where the frames do not reach; null: all that the frames hold.</param>
    public Tensor Inverse(Tensor spectrum, long? length = null)
    {
        using var scope = NewDisposeScope();
        Tensor signal = OverlapAdd(spectrum);
        long cut = Padding == StftPadding.None ? 0 : FftSize / 2;
        signal = signal.narrow(-1, cut, Math.Max(0, signal.shape[^1] - cut - (length is null ? cut : 0)));
        if (length is long wanted)
            signal = nn.functional.pad(signal.narrow(-1, 0, Math.Min(wanted, signal.shape[^1])), [0, Math.Max(0, wanted - signal.shape[^1])]);
        return signal.MoveToOuterDisposeScope();
    }

    /// <summary>The inverse frames windowed, added and divided, with the padding: <c>[..., (T - 1) * Hop + FftSize]</c>.</summary>
    /// <param name="spectrum">Complex, <c>[..., T, F]</c>.</param>
    /// <param name="squared">Divides by the sum of the squared windows, or else of the windows.</param>
    /// <param name="limitToWindow">Holds each inverse frame within plus and minus the window before it is windowed.</param>
    public Tensor OverlapAdd(Tensor spectrum, bool squared = true, bool limitToWindow = false)
    {
        using var scope = NewDisposeScope();
        Tensor window = WindowOn(spectrum.device);
        Tensor frames = InverseFrames(spectrum, window, limitToWindow);
        Tensor weights = (squared ? window.square() : window).expand(frames.shape[^2], FftSize);
        Tensor weight = Add(weights);
        return Add(frames).div_(weight.where(weight > SmallestWeight, ones_like(weight))).MoveToOuterDisposeScope();
    }

    /// <summary>The windowed inverse frames <c>[..., T, FftSize]</c>.</summary>
    internal Tensor InverseFrames(Tensor spectrum, Tensor window, bool limitToWindow = false)
    {
        Tensor frames = fft.irfft(spectrum, FftSize);
        if (limitToWindow)
            frames = minimum(maximum(frames, -window), window);
        return frames * window;
    }

    /// <summary>Adds frames <c>[..., T, FftSize]</c> at their places: <c>[..., (T - 1) * Hop + FftSize]</c>.</summary>
    internal Tensor Add(Tensor frames)
    {
        long count = frames.shape[^2], length = (count - 1) * Hop + FftSize;
        Tensor columns = frames.reshape(-1, count, FftSize).transpose(1, 2);
        return nn.functional.fold(columns, (1, length), (1, FftSize), stride: (1, Hop)).reshape([.. frames.shape[..^2], length]);
    }

    /// <summary>The window as it stands in the FFT.</summary>
    internal Tensor WindowOn(Device device) => tensor(_window, device: device);

    /// <summary>A view of the padded signal as frames <c>[..., T, FftSize]</c>.</summary>
    private Tensor Frames(Tensor signal)
    {
        Tensor padded = Padded(signal);
        return padded.shape[^1] >= FftSize
            ? padded.unfold(-1, FftSize, Hop)
            : throw new ArgumentException(
                $"The audio is too short: {signal.shape[^1]} samples, with padding {padded.shape[^1]}; one frame needs {FftSize}.", nameof(signal));
    }

    private Tensor Padded(Tensor signal)
    {
        int half = FftSize / 2;
        if (Padding == StftPadding.Zeros)
            return nn.functional.pad(signal, [half, half]);
        // A signal that is not longer than the padding mirrors as much as it has.
        long length = signal.shape[^1], mirrored = Math.Min(half, length - 1);
        return Padding == StftPadding.None || mirrored <= 0
            ? signal
            : cat([signal.narrow(-1, 1, mirrored).flip(-1), signal, signal.narrow(-1, length - 1 - mirrored, mirrored).flip(-1)], -1);
    }
}
