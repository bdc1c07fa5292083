using Timbre.Generation;
using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;

namespace Timbre.Models.Kokoro;

/// <summary>Phonemes in time, pitch and energy to the features that the generator makes sound of (StyleTTS 2's iSTFTNet decoder).</summary>
internal sealed class KokoroDecoder
{
    private readonly ChannelsLastConv1d _pitchConv;
    private readonly ChannelsLastConv1d _energyConv;
    private readonly ChannelsLastConv1d _phonemeConv;
    private readonly StyledBlock _encode;
    private readonly StyledBlock[] _decode;

    /// <summary>Reads the decoder at the cursor, all but its generator. The inner widths are those of the tensors.</summary>
    public KokoroDecoder(WeightReader reader, KokoroConfig config)
    {
        int style = config.StyleDim;
        _pitchConv = ChannelsLastConv1d.Load(reader.Sub("F0_conv"), 1, 1, 3, stride: 2, padding: 1);
        _energyConv = ChannelsLastConv1d.Load(reader.Sub("N_conv"), 1, 1, 3, stride: 2, padding: 1);
        long narrow = reader.Sub("asr_res.0").ShapeOf("weight_v")[0];
        _phonemeConv = ChannelsLastConv1d.Load(reader.Sub("asr_res.0"), config.HiddenDim, narrow, 1);
        _encode = StyledBlock.Load(reader.Sub("encode"), style, config.HiddenDim + 2);
        int count = reader.Count("decode");
        _decode = new StyledBlock[count];
        long width = _encode.Outputs;
        for (int i = 0; i < count; i++)
        {
            _decode[i] = StyledBlock.Load(reader.Sub("decode", i), style, width + narrow + 2, upsample: i == count - 1);
            width = _decode[i].Outputs;
        }
    }

    /// <summary>
    /// Phonemes <c>[1, T, hidden]</c>, pitch and energy <c>[1, 2T]</c>, style <c>[1, style]</c> to <c>[1, 2T, C]</c>.
    /// </summary>
    public Tensor Forward(Tensor phonemes, Tensor pitch, Tensor energy, Tensor style, StageTrace trace)
    {
        using var scope = NewDisposeScope();
        Tensor pitchDown = _pitchConv.Forward(pitch.unsqueeze(-1));
        trace.Report("decoder.F0_conv", pitchDown);
        Tensor energyDown = _energyConv.Forward(energy.unsqueeze(-1));
        trace.Report("decoder.N_conv", energyDown);
        Tensor hidden = _encode.Forward(cat([phonemes, pitchDown, energyDown], -1), style);
        trace.Report("decoder.encode", hidden);
        Tensor narrow = _phonemeConv.Forward(phonemes);
        trace.Report("decoder.asr_res.0", narrow);
        for (int i = 0; i < _decode.Length; i++)
        {
            hidden = _decode[i].Forward(cat([hidden, narrow, pitchDown, energyDown], -1), style);
            trace.Report("decoder.decode", i, hidden);
        }
        return hidden.MoveToOuterDisposeScope();
    }
}
