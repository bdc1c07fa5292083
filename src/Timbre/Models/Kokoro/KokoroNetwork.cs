using Timbre.Generation;
using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>
/// Kokoro (hexgrad 2025, after StyleTTS 2, Li et al. 2023): phoneme ids and a style vector to a waveform. Follows the original PyTorch
/// package 0.9.4.
/// </summary>
internal sealed class KokoroNetwork
{
    private readonly AlbertEncoder _bert;
    private readonly Linear _bertOut;
    private readonly ProsodyPredictor _predictor;
    private readonly KokoroTextEncoder _textEncoder;
    private readonly KokoroDecoder _decoder;

    /// <summary>
    /// Reads the network at the root. It computes in float32 whatever the file holds, for durations, pitch and phases would suffer; a
    /// narrower type of the reader is that of the vocoder's wide convolutions only.
    /// </summary>
    public KokoroNetwork(WeightReader weights, KokoroConfig config)
    {
        WeightReader reader = weights.As(ScalarType.Float32);
        Device = reader.Device;
        _bert = AlbertEncoder.Load(reader.Sub("bert"), config.Plbert, config.NToken);
        _bertOut = Linear.Load(reader.Sub("bert_encoder"), config.Plbert.HiddenSize, config.HiddenDim);
        _predictor = new ProsodyPredictor(reader.Sub("predictor"), config);
        _textEncoder = new KokoroTextEncoder(reader.Sub("text_encoder"), config);
        _decoder = new KokoroDecoder(reader.Sub("decoder"), config);
        Generator = new KokoroGenerator(weights.Sub("decoder.generator"), config);
    }

    /// <summary>Where it runs.</summary>
    public Device Device { get; }

    /// <summary>The vocoder.</summary>
    public KokoroGenerator Generator { get; }

    /// <summary>Speaks one piece.</summary>
    /// <param name="ids">Phoneme ids with a 0 at both ends.</param>
    /// <param name="style">A row of a voice: the first half for the decoder, the second for the predictor.</param>
    /// <param name="speed">Divides the durations.</param>
    /// <param name="random">Draws in this order: start phases, noise, and noise that the original draws without using it.</param>
    /// <param name="trace">Follows the stages.</param>
    public (float[] Samples, int[] Durations) Forward(long[] ids, float[] style, double speed, RandomSource random, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = tensor(ids, device: Device).unsqueeze(0);
        Tensor[] styles = tensor(style, device: Device).unsqueeze(0).chunk(2, -1);
        (Tensor encoded, Tensor durations) = Durations(tokens, styles[1], speed, trace);
        trace.Report("durations", durations);
        Tensor aligned = encoded.repeat_interleave(durations, 1);
        (Tensor pitch, Tensor energy) = _predictor.Curves(aligned, styles[1], trace);
        trace.Report("pitch", pitch);
        trace.Report("energy", energy);
        Tensor text = _textEncoder.Forward(tokens);
        trace.Report("text_encoder", text);
        Tensor features = _decoder.Forward(text.repeat_interleave(durations, 1), pitch, energy, styles[0], trace);
        Tensor audio = Generator.Forward(features, pitch, styles[0], random, trace);
        return (audio.cpu().data<float>().ToArray(), [.. durations.cpu().data<long>().Select(frames => (int)frames)]);
    }

    private (Tensor Encoded, Tensor Durations) Durations(Tensor tokens, Tensor style, double speed, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor bert = _bert.Forward(tokens);
        trace.Report("bert", bert);
        Tensor phonemes = _bertOut.Forward(bert);
        trace.Report("bert_encoder", phonemes);
        Tensor encoded = _predictor.Encode(phonemes, style);
        trace.Report("duration_encoder", encoded);
        Tensor raw = _predictor.Durations(encoded, speed, trace);
        trace.Report("duration_raw", raw);
        // torch rounds halves to even.
        Tensor durations = raw.round().clamp_(min: 1).to(ScalarType.Int64);
        return (encoded.MoveToOuterDisposeScope(), durations.MoveToOuterDisposeScope());
    }
}
