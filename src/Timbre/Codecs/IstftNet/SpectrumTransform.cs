using Timbre.Loading.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Codecs.IstftNet;

/// <summary>
/// The small Fourier transforms of an iSTFTNet vocoder (Kaneko et al. 2022) as products with fixed matrices, channels last: periodic Hann
/// window, centred frames, reflected ends.
/// </summary>
internal sealed class SpectrumTransform
{
    private readonly int _length;
    private readonly int _hop;
    private readonly Tensor _analysis;
    private readonly Tensor _synthesis;
    private readonly Tensor _energy;

    /// <summary>Computes the matrices; the reader's store owns them.</summary>
    /// <param name="reader">Gives device and owner.</param>
    /// <param name="length">Samples of a frame, even.</param>
    /// <param name="hop">Samples between frames.</param>
    public SpectrumTransform(WeightReader reader, int length, int hop)
    {
        (_length, _hop) = (length, hop);
        int bins = Bins;
        var analysis = new float[length, 2 * bins];
        var synthesis = new float[2 * bins, 1, length];
        var energy = new float[1, 1, length];
        for (int sample = 0; sample < length; sample++)
        {
            double window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * sample / length);
            energy[0, 0, sample] = (float)(window * window);
            for (int bin = 0; bin < bins; bin++)
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * (bin * sample % length) / length);
                bool real = bin == 0 || 2 * bin == length;
                double scale = window * (real ? 1 : 2) / length;
                analysis[sample, bin] = (float)(window * cosine);
                analysis[sample, bins + bin] = real ? 0 : (float)(-window * sine);
                synthesis[bin, 0, sample] = (float)(scale * cosine);
                synthesis[bins + bin, 0, sample] = real ? 0 : (float)(-scale * sine);
            }
        }
        _analysis = reader.Own(tensor(analysis, device: reader.Device));
        _synthesis = reader.Own(tensor(synthesis, device: reader.Device));
        _energy = reader.Own(tensor(energy, device: reader.Device));
    }

    /// <summary>Frequencies of a frame: half of its length, plus one.</summary>
    public int Bins => _length / 2 + 1;

    /// <summary>
    /// Samples <c>[1, N]</c> to magnitudes and phases, each <c>[1, 1 + N / hop, bins]</c>. Where the imaginary part is zero by symmetry (the
    /// first frame, the lowest and the highest bin) it is +0, so that rounding does not choose between π and −π.
    /// </summary>
    public (Tensor Magnitude, Tensor Phase) Forward(Tensor samples)
    {
        using var scope = NewDisposeScope();
        int half = _length / 2;
        Tensor padded = pad(samples.unsqueeze(1), (half, half), TorchSharp.PaddingModes.Reflect).squeeze(1);
        Tensor spectrum = padded.unfold(-1, _length, _hop).matmul(_analysis);
        Tensor real = spectrum.narrow(-1, 0, Bins);
        Tensor imaginary = spectrum.narrow(-1, Bins, Bins);
        imaginary.select(-1, 0).zero_();
        imaginary.select(-1, half).zero_();
        imaginary.select(1, 0).zero_();
        Tensor magnitude = (real.square() + imaginary.square()).sqrt_();
        return (magnitude.MoveToOuterDisposeScope(), imaginary.atan2(real).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Magnitudes and phases <c>[1, F, bins]</c> to samples <c>[1, (F − 1) · hop]</c>: overlapping frames added and divided by the sum of the
    /// squared windows.
    /// </summary>
    public Tensor Inverse(Tensor magnitude, Tensor phase)
    {
        using var scope = NewDisposeScope();
        Tensor spectrum = cat([magnitude * phase.cos(), magnitude * phase.sin()], -1).transpose(1, 2);
        Tensor overlapped = conv_transpose1d(spectrum, _synthesis, stride: _hop);
        Tensor energy = conv_transpose1d(ones_like(spectrum.narrow(1, 0, 1)), _energy, stride: _hop);
        long count = (spectrum.shape[2] - 1) * _hop;
        return (overlapped.narrow(2, _length / 2, count) / energy.narrow(2, _length / 2, count)).squeeze(1).MoveToOuterDisposeScope();
    }
}
