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

    /// <summary>
    /// log10 of the mel power, at least 1e-10, held above the largest value minus 8, as (x + 4) / 4: OpenAI Whisper's scale.
    /// </summary>
    /// <param name="signal"><c>[..., samples]</c>.</param>
    /// <param name="largest">What stands for the largest value; null: the largest of this signal.</param>
    /// <inheritdoc cref="Power" path="/exception"/>
    public Tensor WhisperLog(Tensor signal, double? largest = null)
    {
        using var scope = NewDisposeScope();
        Tensor log = Power(signal).clamp_(1e-10).log10_();
        double floor = (largest ?? log.max().item<float>()) - 8;
        return log.clamp_(floor).add_(4).div_(4).MoveToOuterDisposeScope();
    }
}
