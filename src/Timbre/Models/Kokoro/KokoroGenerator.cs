using Timbre.Codecs.IstftNet;
using Timbre.Generation;
using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Kokoro;

/// <summary>
/// The vocoder: iSTFTNet (Kaneko et al. 2022) with styled snake blocks and a harmonic source whose spectrum joins at every stage.
/// </summary>
internal sealed class KokoroGenerator
{
    private const int NoiseKernel = 7;
    private const int LastNoiseKernel = 11;
    private static readonly int[] NoiseDilations = [1, 3, 5];

    private readonly HarmonicSource _source;
    private readonly SpectrumTransform _transform;
    private readonly Stage[] _stages;
    private readonly ChannelsLastConv1d _output;
    private readonly int _scale;

    /// <summary>Reads the generator at the cursor.</summary>
    /// <param name="weights">The generator's place; its type is that of the residual blocks' convolutions.</param>
    /// <param name="config">The model's config.</param>
    public KokoroGenerator(WeightReader weights, KokoroConfig config)
    {
        WeightReader reader = weights.As(ScalarType.Float32);
        IstftNetConfig net = config.Istftnet;
        _scale = net.Scale;
        _source = new HarmonicSource(reader.Sub("m_source"), config.SampleRate);
        _transform = new SpectrumTransform(reader, net.GenIstftNFft, net.GenIstftHopSize);
        _stages = new Stage[net.UpsampleRates.Length];
        for (int i = 0; i < _stages.Length; i++)
            _stages[i] = Stage.Load(weights, config, i, 2 * _transform.Bins);
        _output = ChannelsLastConv1d.Load(reader.Sub("conv_post"), net.UpsampleInitialChannel >> _stages.Length, 2 * _transform.Bins, 7, padding: 3);
    }

    /// <summary>The excitation alone, for its own golden case.</summary>
    public HarmonicSource Source => _source;

    /// <summary>The Fourier transforms.</summary>
    public SpectrumTransform Transform => _transform;

    /// <summary>Features <c>[1, 2T, C]</c>, F0 <c>[1, 2T]</c>, style <c>[1, style]</c> to samples <c>[1, N]</c>.</summary>
    public Tensor Forward(Tensor features, Tensor f0, Tensor style, RandomSource random, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor source = _source.Forward(f0, _scale, random);
        trace.Report("source", source);
        (Tensor sourceMagnitude, Tensor sourcePhase) = _transform.Forward(source);
        trace.Report("har_spec", sourceMagnitude);
        trace.Report("har_phase", sourcePhase);
        Tensor harmonics = cat([sourceMagnitude, sourcePhase], -1);
        Tensor hidden = features.alias();
        for (int i = 0; i < _stages.Length; i++)
        {
            Tensor next = _stages[i].Forward(hidden, harmonics, style, trace);
            hidden.Dispose();
            hidden = next;
        }
        Tensor output = _output.Forward(leaky_relu(hidden, 0.01, inplace: true));
        trace.Report("conv_post", output);
        Tensor magnitude = output.narrow(-1, 0, _transform.Bins).exp();
        trace.Report("spec", magnitude);
        Tensor phase = output.narrow(-1, _transform.Bins, _transform.Bins).sin();
        trace.Report("phase", phase);
        Tensor audio = _transform.Inverse(magnitude, phase);
        trace.Report("istft", audio);
        return audio.MoveToOuterDisposeScope();
    }

    /// <summary>One upsampling stage.</summary>
    private sealed record Stage(
        int Index, bool Last, ChannelsLastConvTranspose1d Upsample, ChannelsLastConv1d NoiseConv, SnakeBlock NoiseBlock, SnakeBlock[] Blocks)
    {
        public static Stage Load(WeightReader weights, KokoroConfig config, int index, int spectrumWidth)
        {
            WeightReader reader = weights.As(ScalarType.Float32);
            IstftNetConfig net = config.Istftnet;
            bool last = index == net.UpsampleRates.Length - 1;
            int kernel = net.UpsampleKernelSizes[index], rate = net.UpsampleRates[index];
            long inputs = net.UpsampleInitialChannel >> index, channels = inputs / 2;
            int later = net.UpsampleRates.Skip(index + 1).Aggregate(1, (product, other) => product * other);
            int blocks = net.ResblockKernelSizes.Length;
            return new Stage(
                index, last,
                ChannelsLastConvTranspose1d.Load(reader.Sub("ups", index), inputs, channels, kernel, rate, (kernel - rate) / 2),
                last
                    ? ChannelsLastConv1d.Load(reader.Sub("noise_convs", index), spectrumWidth, channels, 1)
                    : ChannelsLastConv1d.Load(reader.Sub("noise_convs", index), spectrumWidth, channels, 2 * later, later, (later + 1) / 2),
                SnakeBlock.Load(weights.Sub("noise_res", index), config.StyleDim, channels, last ? LastNoiseKernel : NoiseKernel, NoiseDilations),
                [.. Enumerable.Range(0, blocks).Select(j => SnakeBlock.Load(
                    weights.Sub("resblocks", index * blocks + j), config.StyleDim, channels, net.ResblockKernelSizes[j], net.ResblockDilationSizes[j]))]);
        }

        /// <summary><c>[1, T, C]</c> to <c>[1, T · rate, C / 2]</c>, in the last stage one frame more. The input is overwritten.</summary>
        public Tensor Forward(Tensor input, Tensor harmonics, Tensor style, StageTrace trace)
        {
            using var scope = NewDisposeScope();
            Tensor excitation = NoiseConv.Forward(harmonics);
            trace.Report("generator.noise_convs", Index, excitation);
            excitation = NoiseBlock.Forward(excitation, style);
            trace.Report("generator.noise_res", Index, excitation);
            Tensor hidden = Upsample.Forward(leaky_relu(input, 0.1, inplace: true));
            trace.Report("generator.ups", Index, hidden);
            if (Last)
                hidden = ReflectLeft(hidden);
            hidden.add_(excitation);
            excitation.Dispose();
            Tensor? sum = null;
            for (int i = 0; i < Blocks.Length; i++)
            {
                Tensor block = Blocks[i].Forward(hidden, style);
                sum = sum is null ? block : sum.add_(block);
                if (i > 0)
                    block.Dispose();
            }
            // Under the name of the stage's first block, as recorded: the original adds the others to its output in place.
            trace.Report("generator.resblocks", Index * Blocks.Length, sum!);
            return sum!.div_(Blocks.Length).MoveToOuterDisposeScope();
        }

        /// <summary>One frame more at the start, equal to the second; the input is given back.</summary>
        private static Tensor ReflectLeft(Tensor input)
        {
            using Tensor second = input.narrow(1, 1, 1);
            Tensor padded = cat([second, input], 1);
            input.Dispose();
            return padded;
        }
    }
}
