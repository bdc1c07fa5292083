using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Whisper;

/// <summary>
/// The encoder of Whisper (Radford et al. 2022): two convolutions over the log-mel spectrogram, sinusoidal positions, pre-norm transformer blocks.
/// </summary>
internal sealed class WhisperEncoder
{
    private readonly Conv1d _conv1;
    private readonly Conv1d _conv2;
    private readonly Tensor _positions;
    private readonly LayerNorm _norm;

    private WhisperEncoder(Conv1d conv1, Conv1d conv2, Tensor positions, IReadOnlyList<WhisperEncoderBlock> blocks, LayerNorm norm) =>
        (_conv1, _conv2, _positions, Blocks, _norm) = (conv1, conv2, positions, blocks, norm);

    /// <summary>The transformer blocks.</summary>
    public IReadOnlyList<WhisperEncoderBlock> Blocks { get; }

    /// <summary>Reads <c>encoder</c>.</summary>
    public static WhisperEncoder Load(WeightReader reader, WhisperConfig config) => new(
        Conv1d.Load(reader.Sub("conv1"), config.MelBands, config.Width, kernel: 3, padding: 1),
        Conv1d.Load(reader.Sub("conv2"), config.Width, config.Width, kernel: 3, stride: 2, padding: 1),
        reader.Own(Sinusoids(config.AudioContext, config.Width).to(reader.Type, reader.Device)),
        [.. Enumerable.Range(0, config.AudioLayers).Select(layer => WhisperEncoderBlock.Load(reader.Sub("blocks", layer), config))],
        LayerNorm.Load(reader.Sub("ln_post"), config.Width));

    /// <summary>Log-mel <c>[1, mels, 3000]</c> to <c>[1, 1500, C]</c>.</summary>
    public Tensor Forward(Tensor mel)
    {
        using var scope = NewDisposeScope();
        Tensor state = AddPositions(Convolve(mel));
        foreach (WhisperEncoderBlock block in Blocks)
            state = block.Forward(state);
        return Finish(state).MoveToOuterDisposeScope();
    }

    /// <summary>Log-mel <c>[1, mels, 3000]</c> to <c>[1, 1500, C]</c>, before positions.</summary>
    public Tensor Convolve(Tensor mel) => gelu(_conv2.Forward(gelu(_conv1.Forward(mel.to(_positions.dtype, _positions.device))))).transpose(1, 2);

    /// <summary>Says where each frame is.</summary>
    public Tensor AddPositions(Tensor state) => state + _positions;

    /// <summary>The last norm.</summary>
    public Tensor Finish(Tensor state) => _norm.Forward(state);

    /// <summary>Sines, then cosines, of positions at wavelengths from 2π to 2π · 10000.</summary>
    internal static Tensor Sinusoids(int count, int width)
    {
        int half = width / 2;
        var values = new float[count * width];
        for (int channel = 0; channel < half; channel++)
        {
            double frequency = Math.Exp(-Math.Log(10000) / (half - 1) * channel);
            for (int position = 0; position < count; position++)
            {
                (double sine, double cosine) = Math.SinCos(position * frequency);
                values[position * width + channel] = (float)sine;
                values[position * width + half + channel] = (float)cosine;
            }
        }
        return tensor(values, [count, width]);
    }
}
