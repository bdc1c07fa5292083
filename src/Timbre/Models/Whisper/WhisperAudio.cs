using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>A window of audio as the decoder sees it: keys and values <c>[1, H, 1500, D]</c> of every layer's cross attention.</summary>
internal sealed class WhisperAudio : IDisposable
{
    /// <summary>Takes the tensors over.</summary>
    public WhisperAudio(IReadOnlyList<(Tensor Keys, Tensor Values)> layers)
    {
        Layers = layers;
        foreach ((Tensor keys, Tensor values) in layers)
        {
            keys.DetachFromDisposeScope();
            values.DetachFromDisposeScope();
        }
    }

    /// <summary>By decoder layer.</summary>
    public IReadOnlyList<(Tensor Keys, Tensor Values)> Layers { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Tensor keys, Tensor values) in Layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }
}
