using Timbre.Loading.Weights;
using Timbre.Nn;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Models.Kokoro;

/// <summary>What the decoder hears of the phonemes: embedding, convolutions, a bidirectional LSTM.</summary>
internal sealed class KokoroTextEncoder
{
    private readonly Embedding _embedding;
    private readonly (ChannelsLastConv1d Conv, LayerNorm Norm)[] _layers;
    private readonly Lstm _lstm;

    /// <summary>Reads the encoder at the cursor.</summary>
    public KokoroTextEncoder(WeightReader reader, KokoroConfig config)
    {
        int width = config.HiddenDim, kernel = config.TextEncoderKernelSize;
        _embedding = Embedding.Load(reader.Sub("embedding"), config.NToken, width);
        _layers = [.. Enumerable.Range(0, config.NLayer).Select(i => (
            ChannelsLastConv1d.Load(reader.Sub("cnn", i).Sub("0"), width, width, kernel, padding: (kernel - 1) / 2),
            LayerNorm.Load(reader.Sub("cnn", i).Sub("1"), width)))];
        _lstm = Lstm.Load(reader.Sub("lstm"), width, width);
    }

    /// <summary>Ids <c>[1, N]</c> to <c>[1, N, hidden]</c>.</summary>
    public Tensor Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = _embedding.Forward(ids);
        foreach ((ChannelsLastConv1d conv, LayerNorm norm) in _layers)
            hidden = leaky_relu(norm.Forward(conv.Forward(hidden)), 0.2, inplace: true);
        return _lstm.Forward(hidden).MoveToOuterDisposeScope();
    }
}
