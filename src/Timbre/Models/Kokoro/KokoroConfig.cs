namespace Timbre.Models.Kokoro;

/// <summary>The <c>config.json</c> of Kokoro. The decoder's inner widths are not in it: they are taken from the tensors.</summary>
internal sealed record KokoroConfig
{
    // Far beyond published models; the vocoder's buffers grow with both.
    private const int LongestKernel = 255, LargestDilation = 255;

    public required IstftNetConfig Istftnet { get; init; }
    public required PlBertConfig Plbert { get; init; }
    public required Dictionary<string, int> Vocab { get; init; }
    public required int HiddenDim { get; init; }
    public required int NToken { get; init; }
    public required int NLayer { get; init; }
    public required int MaxDur { get; init; }
    public required int TextEncoderKernelSize { get; init; }

    /// <summary>Width of one half of a style vector; the halves steer the decoder and the predictor.</summary>
    public required int StyleDim { get; init; }

    /// <summary>Published configs leave it out.</summary>
    public int SampleRate { get; init; } = 24000;

    /// <summary>Fails where numbers do not fit together, before a layer trips over them.</summary>
    /// <exception cref="ModelNotSupportedException">Names the key.</exception>
    public KokoroConfig Check(string folder)
    {
        (string Key, bool Fits)[] rules =
        [
            ("hidden_dim", HiddenDim > 0 && HiddenDim % 2 == 0),
            ("n_layer", NLayer > 0),
            ("text_encoder_kernel_size", TextEncoderKernelSize > 0 && TextEncoderKernelSize % 2 == 1),
            ("sample_rate", SampleRate > 0),
            ("plbert.num_attention_heads", Plbert.NumAttentionHeads > 0 && Plbert.HiddenSize % Plbert.NumAttentionHeads == 0),
            ("plbert.max_position_embeddings", Plbert.MaxPositionEmbeddings > 2),
            ("istftnet.upsample_rates", Istftnet.UpsampleRates.Length > 0 && Istftnet.UpsampleRates.All(rate => rate > 0)),
            ("istftnet.upsample_kernel_sizes", Istftnet.UpsampleKernelSizes.Length == Istftnet.UpsampleRates.Length
                && Istftnet.UpsampleKernelSizes.Zip(Istftnet.UpsampleRates).All(pair => pair.First >= pair.Second)),
            ("istftnet.resblock_kernel_sizes", Istftnet.ResblockKernelSizes.Length > 0
                && Istftnet.ResblockKernelSizes.All(kernel => kernel is > 0 and <= LongestKernel && kernel % 2 == 1)),
            ("istftnet.resblock_dilation_sizes", Istftnet.ResblockDilationSizes.Length == Istftnet.ResblockKernelSizes.Length
                && Istftnet.ResblockDilationSizes.All(dilations => dilations is { Length: > 0 }
                    && dilations.All(dilation => dilation is > 0 and <= LargestDilation))),
            ("istftnet.gen_istft_hop_size", Istftnet.GenIstftHopSize > 0),
            ("istftnet.gen_istft_n_fft", Istftnet.GenIstftNFft >= Istftnet.GenIstftHopSize && Istftnet.GenIstftNFft % 2 == 0),
            ("vocab", Vocab.Values.All(id => id >= 0 && id < NToken)),
        ];
        foreach ((string key, bool fits) in rules)
        {
            if (!fits)
                throw new ModelNotSupportedException($"{folder}: config.json: '{key}' does not fit a Kokoro model.");
        }
        return this;
    }
}

/// <summary>The generator's part of the config.</summary>
internal sealed record IstftNetConfig
{
    public required int[] UpsampleKernelSizes { get; init; }
    public required int[] UpsampleRates { get; init; }
    public required int GenIstftHopSize { get; init; }
    public required int GenIstftNFft { get; init; }
    public required int[][] ResblockDilationSizes { get; init; }
    public required int[] ResblockKernelSizes { get; init; }
    public required int UpsampleInitialChannel { get; init; }

    /// <summary>Samples that one value of F0 stands for.</summary>
    public int Scale => UpsampleRates.Aggregate(GenIstftHopSize, (product, rate) => product * rate);
}

/// <summary>The phoneme reader's part of the config.</summary>
internal sealed record PlBertConfig
{
    public required int HiddenSize { get; init; }
    public required int NumAttentionHeads { get; init; }
    public required int IntermediateSize { get; init; }
    public required int MaxPositionEmbeddings { get; init; }
    public required int NumHiddenLayers { get; init; }
}
