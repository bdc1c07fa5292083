using static TorchSharp.torch;

namespace Timbre.Audio.Dsp;

/// <summary>Power spectra seen through a mel filter bank: the front end of most speech models.</summary>
internal sealed class MelSpectrogram
{
    private readonly Stft _stft;
    private readonly MelFilterBank _bank;

    /// <summary>Joins a transform and a bank over its bins.</summary>
    public MelSpectrogram(Stft stft, MelFilterBank bank)
    {
        if (bank.Bins != stft.Bins)
            throw new ArgumentException($"The bank is for {bank.Bins} bins, the transform has {stft.Bins}.", nameof(bank));
        (_stft, _bank) = (stft, bank);
    }

    /// <summary>
    /// The mel power <c>[..., T, mels]</c> of a signal <c>[..., samples]</c>, block by block: beside the result only a block of
    /// spectra is held, so that hours of audio fit.
    /// </summary>
    /// <exception cref="ArgumentException">The signal is shorter than one frame.</exception>
    public Tensor Power(Tensor signal)
    {
        using Tensor weights = _bank.ToTensor(signal.device);
        using Tensor columns = weights.t();
        return _stft.MapBlocks(signal, power => matmul(power, columns));
    }
}
