using Timbre.Loading;

namespace Timbre.Models.Whisper;

/// <summary>Sizes of a Whisper network, from either spelling of its config.</summary>
internal sealed record WhisperConfig
{
    /// <summary>Mel bands of the input.</summary>
    public required int MelBands { get; init; }

    /// <summary>Positions of the encoder's output, 20 ms each.</summary>
    public required int AudioContext { get; init; }

    public required int AudioHeads { get; init; }
    public required int AudioLayers { get; init; }

    /// <summary>Width of the encoder and the decoder.</summary>
    public required int Width { get; init; }

    /// <summary>Tokens that the decoder can see.</summary>
    public required int TextContext { get; init; }

    public required int TextHeads { get; init; }
    public required int TextLayers { get; init; }
    public required int VocabularySize { get; init; }

    /// <summary>The cross-attention heads that follow the audio in time, where the checkpoint names them.</summary>
    public IReadOnlyList<(int Layer, int Head)>? AlignmentHeads { get; init; }

    /// <summary>Reads <c>config.json</c> and, where it is there, <c>generation_config.json</c>.</summary>
    /// <exception cref="ModelNotSupportedException">A key is missing, or a size makes no Whisper.</exception>
    public static WhisperConfig Read(ModelFiles files)
    {
        WhisperConfig config = files.Config.Has("n_audio_state") ? FromMlx(files.Config.As<MlxKeys>()) : FromHub(files.Config.As<HubKeys>());
        config.Check(files.Folder);
        return config with { AlignmentHeads = config.ReadHeads(files) };
    }

    private static WhisperConfig FromHub(HubKeys keys) => new()
    {
        MelBands = keys.NumMelBins,
        AudioContext = keys.MaxSourcePositions,
        AudioHeads = keys.EncoderAttentionHeads,
        AudioLayers = keys.EncoderLayers,
        Width = keys.DModel,
        TextContext = keys.MaxTargetPositions,
        TextHeads = keys.DecoderAttentionHeads,
        TextLayers = keys.DecoderLayers,
        VocabularySize = keys.VocabSize,
    };

    private static WhisperConfig FromMlx(MlxKeys keys) => new()
    {
        MelBands = keys.NMels,
        AudioContext = keys.NAudioCtx,
        AudioHeads = keys.NAudioHead,
        AudioLayers = keys.NAudioLayer,
        Width = keys.NAudioState == keys.NTextState ? keys.NTextState
            : throw new ModelNotSupportedException($"config.json: n_audio_state {keys.NAudioState} and n_text_state {keys.NTextState} differ."),
        TextContext = keys.NTextCtx,
        TextHeads = keys.NTextHead,
        TextLayers = keys.NTextLayer,
        VocabularySize = keys.NVocab,
    };

    private void Check(string folder)
    {
        (string Name, int Value, bool Fits)[] sizes =
        [
            ("mel bands", MelBands, MelBands is > 0 and <= 1024),
            ("audio positions", AudioContext, AudioContext == WhisperLogMel.WindowFrames / 2),
            ("encoder layers", AudioLayers, AudioLayers is > 0 and <= 256),
            ("decoder layers", TextLayers, TextLayers is > 0 and <= 256),
            ("encoder heads", AudioHeads, AudioHeads > 0 && Width % AudioHeads == 0),
            ("decoder heads", TextHeads, TextHeads > 0 && Width % TextHeads == 0),
            ("width", Width, Width is >= 4 and <= 1 << 16 && Width % 2 == 0),
            ("text positions", TextContext, TextContext is >= 16 and <= 1 << 16),
            ("vocabulary", VocabularySize, VocabularySize is > WhisperTokenizer.TimestampCount and <= 1 << 22),
        ];
        foreach ((string name, int value, bool fits) in sizes)
        {
            if (!fits)
                throw new ModelNotSupportedException($"{folder}: config.json gives {value} {name}, which makes no Whisper network.");
        }
    }

    private List<(int, int)>? ReadHeads(ModelFiles files)
    {
        if (files.Find("generation_config.json") is not { } path)
            return null;
        if (ConfigJson.Read(path).As<GenerationKeys>().AlignmentHeads is not { Length: > 0 } heads)
            return null;
        foreach (int[] head in heads)
        {
            if (head is not [var layer, var index] || (uint)layer >= (uint)TextLayers || (uint)index >= (uint)TextHeads)
            {
                throw new ModelNotSupportedException(
                    $"{path}: alignment head [{string.Join(", ", head)}] is not of this decoder's {TextLayers} layers of {TextHeads} heads.");
            }
        }
        return [.. heads.Select(head => (head[0], head[1]))];
    }

    /// <summary>The keys of Hugging Face.</summary>
    private sealed record HubKeys
    {
        public required int NumMelBins { get; init; }
        public required int DModel { get; init; }
        public required int EncoderAttentionHeads { get; init; }
        public required int EncoderLayers { get; init; }
        public required int DecoderAttentionHeads { get; init; }
        public required int DecoderLayers { get; init; }
        public required int VocabSize { get; init; }
        public int MaxSourcePositions { get; init; } = 1500;
        public int MaxTargetPositions { get; init; } = 448;
    }

    /// <summary>The keys of the original and of older MLX conversions.</summary>
    private sealed record MlxKeys
    {
        public required int NMels { get; init; }
        public required int NAudioState { get; init; }
        public required int NAudioHead { get; init; }
        public required int NAudioLayer { get; init; }
        public required int NTextState { get; init; }
        public required int NTextHead { get; init; }
        public required int NTextLayer { get; init; }
        public required int NVocab { get; init; }
        public int NAudioCtx { get; init; } = 1500;
        public int NTextCtx { get; init; } = 448;
    }

    private sealed record GenerationKeys
    {
        public int[][]? AlignmentHeads { get; init; }
    }
}
