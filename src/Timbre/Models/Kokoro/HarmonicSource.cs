using Timbre.Generation;
using Timbre.Loading.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Kokoro;

/// <summary>
/// The excitation of a neural source-filter vocoder (Wang et al. 2019): F0 and its harmonics as sines, noise where nothing is voiced, merged
/// to one channel.
/// </summary>
internal sealed class HarmonicSource
{
    private const int Harmonics = 9;
    private const double Amplitude = 0.1;
    private const double VoicedNoise = 0.003;
    private const double VoicedThreshold = 10;

    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly int _sampleRate;

    /// <summary>Reads <c>l_linear</c> at the cursor.</summary>
    public HarmonicSource(WeightReader reader, int sampleRate)
    {
        _weight = reader.Tensor("l_linear.weight", 1, Harmonics);
        _bias = reader.Tensor("l_linear.bias", 1);
        _sampleRate = sampleRate;
    }

    /// <summary>Whether each value of F0 (Hz) is voiced, as 1 or 0.</summary>
    public static Tensor Voiced(Tensor f0)
    {
        using Tensor voiced = f0.gt(VoicedThreshold);
        return voiced.to(ScalarType.Float32);
    }

    /// <summary>F0 in Hz <c>[1, F]</c> to samples <c>[1, scale · F]</c>.</summary>
    public Tensor Forward(Tensor f0, int scale, RandomSource random)
    {
        using var scope = NewDisposeScope();
        long samples = f0.shape[1] * scale;
        // The original draws these start phases, but resampling the phase looks at the middle of each frame and never sees them.
        random.Uniform(1, Harmonics).Dispose();
        Tensor noise = random.Normal(1, samples, Harmonics).to(f0.device);
        random.Normal(1, samples, 1).Dispose();
        Tensor voiced = Voiced(f0).repeat_interleave(scale, 1).unsqueeze(-1);
        Tensor noiseLevel = voiced * (VoicedNoise - Amplitude / 3) + Amplitude / 3;
        Tensor sines = Sines(f0, scale) * (voiced * Amplitude);
        return linear(sines.addcmul_(noise, noiseLevel, 1), _weight, _bias).tanh_().squeeze(-1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Sines of the harmonics, <c>[1, scale · F, 9]</c>. Phases grow to many thousand cycles: they are summed in float64, where the
    /// original's float32 loses hundredths of a radian.
    /// </summary>
    private Tensor Sines(Tensor f0, int scale)
    {
        using var scope = NewDisposeScope();
        Tensor orders = arange(1, Harmonics + 1, dtype: ScalarType.Float32, device: f0.device).view(1, Harmonics, 1);
        Tensor cyclesPerSample = (f0.unsqueeze(1) * orders / _sampleRate).remainder(1);
        ScalarType precise = f0.device_type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64;
        Tensor phases = cyclesPerSample.cumsum(-1, precise).mul_(2 * Math.PI * scale);
        Tensor stretched = interpolate(phases, scale_factor: [scale], mode: InterpolationMode.Linear, align_corners: false);
        return stretched.sin_().to(ScalarType.Float32).transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }
}
