using Timbre.Loading.Weights;
using Timbre.Nn.Winograd;
using static TorchSharp.torch;

namespace Timbre.Nn;

/// <summary>
/// Adaptive instance normalisation (Huang and Belongie 2017) over the time of <c>[B, T, C]</c>: every channel to mean 0 and variance 1, then
/// <c>(1 + γ) x + β</c> with γ and β from a style vector.
/// </summary>
internal sealed class AdaIn
{
    private const double Epsilon = 1e-5;

    private readonly Linear _style;

    private AdaIn(Linear style) => _style = style;

    /// <summary>Reads <c>fc</c>, <c>[2 channels, style]</c>, at the cursor.</summary>
    public static AdaIn Load(WeightReader reader, int styleWidth, long channels) =>
        new(Linear.Load(reader.Sub("fc"), styleWidth, (int)(2 * channels)));

    /// <summary><c>[B, T, C]</c> and <c>[B, style]</c> to <c>[B, T, C]</c>.</summary>
    public Tensor Forward(Tensor input, Tensor style)
    {
        using var scope = NewDisposeScope();
        (Tensor variance, Tensor mean) = input.var_mean(1, unbiased: false, keepdim: true);
        Tensor[] halves = _style.Forward(style).unsqueeze(1).chunk(2, -1);
        // Normalisation and style as one gain and one offset a channel: one pass over memory.
        Tensor gain = (halves[0] + 1) * (variance + Epsilon).rsqrt();
        Tensor offset = halves[1] - mean * gain;
        return addcmul(offset, input, gain, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Gain and offset of each channel of an input with these statistics.</summary>
    public (float[] Gain, float[] Offset) Affine(ChannelStatistics statistics, Tensor style)
    {
        using var scope = NewDisposeScope();
        float[] styled = _style.Forward(style).data<float>().ToArray();
        int channels = styled.Length / 2;
        var gain = new float[channels];
        var offset = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double scale = (1 + styled[c]) / Math.Sqrt(statistics.Variance[c] + Epsilon);
            (gain[c], offset[c]) = ((float)scale, (float)(styled[channels + c] - statistics.Mean[c] * scale));
        }
        return (gain, offset);
    }
}
