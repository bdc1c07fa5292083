using Timbre.Models.Whisper;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Benchmarks.Evaluation;

/// <summary>Whisper's decoder, one token after the other, behind a window of silence: what a step costs, whatever is said.</summary>
internal sealed class DecodeSteps : IDisposable
{
    /// <summary>Tokens of a run.</summary>
    public const int Count = 20;

    private readonly WhisperNetwork _network;
    private readonly WhisperAudio _audio;
    private readonly KvCache _cache;

    public DecodeSteps(WhisperModel model)
    {
        _network = model.Network;
        using IDisposable mode = inference_mode();
        using Tensor mel = zeros([1, _network.Config.MelBands, WhisperLogMel.WindowFrames]);
        (_audio, _cache) = (_network.Encode(mel), _network.CreateCache());
    }

    /// <summary>Decodes the tokens.</summary>
    public void Run()
    {
        using IDisposable mode = inference_mode();
        _cache.Reset();
        for (int token = 0; token < Count; token++)
        {
            // Read as a search would, for a GPU works while the program goes on.
            using Tensor logits = _network.Decode([token + 100], _audio, _cache);
            logits.cpu().Dispose();
        }
    }

    public void Dispose()
    {
        _audio.Dispose();
        _cache.Dispose();
    }
}
