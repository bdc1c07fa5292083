using Timbre.Generation;
using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>How long each phoneme lasts, and the course of pitch and energy, in a given style (StyleTTS 2, Li et al. 2023).</summary>
internal sealed class ProsodyPredictor
{
    private readonly (Lstm Lstm, AdaLayerNorm Norm)[] _encoder;
    private readonly Lstm _lstm;
    private readonly Linear _durations;
    private readonly Lstm _shared;
    private readonly StyledBlock[] _pitch;
    private readonly StyledBlock[] _energy;
    private readonly ChannelsLastConv1d _pitchOut;
    private readonly ChannelsLastConv1d _energyOut;

    /// <summary>Reads the predictor at the cursor.</summary>
    public ProsodyPredictor(WeightReader reader, KokoroConfig config)
    {
        int hidden = config.HiddenDim, style = config.StyleDim;
        WeightReader lstms = reader.Sub("text_encoder");
        _encoder = [.. Enumerable.Range(0, config.NLayer).Select(i => (
            Lstm.Load(lstms.Sub("lstms", 2 * i), hidden + style, hidden),
            AdaLayerNorm.Load(lstms.Sub("lstms", 2 * i + 1), style, hidden)))];
        _lstm = Lstm.Load(reader.Sub("lstm"), hidden + style, hidden);
        _durations = Linear.Load(reader.Sub("duration_proj.linear_layer"), hidden, config.MaxDur);
        _shared = Lstm.Load(reader.Sub("shared"), hidden + style, hidden);
        _pitch = LoadStack(reader, "F0", style, hidden);
        _energy = LoadStack(reader, "N", style, hidden);
        _pitchOut = ChannelsLastConv1d.Load(reader.Sub("F0_proj"), _pitch[^1].Outputs, 1, 1);
        _energyOut = ChannelsLastConv1d.Load(reader.Sub("N_proj"), _energy[^1].Outputs, 1, 1);
    }

    /// <summary>Phonemes <c>[1, N, hidden]</c> and style <c>[1, style]</c> to <c>[1, N, hidden + style]</c>.</summary>
    public Tensor Encode(Tensor phonemes, Tensor style)
    {
        using var scope = NewDisposeScope();
        Tensor repeated = style.unsqueeze(1).expand(1, phonemes.shape[1], -1);
        Tensor hidden = cat([phonemes, repeated], -1);
        foreach ((Lstm lstm, AdaLayerNorm norm) in _encoder)
            hidden = cat([norm.Forward(lstm.Forward(hidden), style), repeated], -1);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Encoded phonemes <c>[1, N, hidden + style]</c> to durations in frames <c>[N]</c>, before rounding.</summary>
    public Tensor Durations(Tensor encoded, double speed, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = _lstm.Forward(encoded);
        trace.Report("predictor_lstm", hidden);
        Tensor logits = _durations.Forward(hidden);
        trace.Report("duration_logits", logits);
        return logits.sigmoid().sum(-1).div(speed).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Encoded phonemes repeated by their durations <c>[1, T, hidden + style]</c> to pitch in Hz and energy, each <c>[1, 2T]</c>.
    /// </summary>
    public (Tensor Pitch, Tensor Energy) Curves(Tensor aligned, Tensor style, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor shared = _shared.Forward(aligned);
        trace.Report("shared_lstm", shared);
        Tensor pitch = Curve(shared, style, "F0", _pitch, _pitchOut, trace);
        Tensor energy = Curve(shared, style, "N", _energy, _energyOut, trace);
        return (pitch.MoveToOuterDisposeScope(), energy.MoveToOuterDisposeScope());
    }

    private static Tensor Curve(Tensor input, Tensor style, string name, StyledBlock[] blocks, ChannelsLastConv1d projection, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = input;
        for (int i = 0; i < blocks.Length; i++)
        {
            hidden = blocks[i].Forward(hidden, style);
            trace.Report(name, i, hidden);
        }
        return projection.Forward(hidden).squeeze(-1).MoveToOuterDisposeScope();
    }

    private static StyledBlock[] LoadStack(WeightReader reader, string name, int style, int hidden)
    {
        StyledBlock first = StyledBlock.Load(reader.Sub(name, 0), style, hidden);
        StyledBlock second = StyledBlock.Load(reader.Sub(name, 1), style, first.Outputs, upsample: true);
        return [first, second, StyledBlock.Load(reader.Sub(name, 2), style, second.Outputs)];
    }
}
