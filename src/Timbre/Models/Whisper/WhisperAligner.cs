using System.Runtime.InteropServices;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>Finds when the words of a window are spoken from where its cross attention looks (whisper/timing.py of the original).</summary>
internal sealed class WhisperAligner(WhisperNetwork network, WhisperTokenizer tokenizer, KvCache cache)
{
    /// <summary>The words of a window, from its start, before punctuation is merged.</summary>
    /// <param name="audio">The window.</param>
    /// <param name="textIds">Its text, without special tokens.</param>
    /// <param name="frames">Mel frames of it that are audio.</param>
    /// <param name="language">Language code.</param>
    /// <param name="task">What was written down.</param>
    public List<WhisperWord> FindWords(WhisperAudio audio, int[] textIds, int frames, string language, TranscriptionTask task)
    {
        if (textIds.Length == 0)
            return [];
        WhisperAlignmentResult found = Align(audio, textIds, frames, tokenizer.StartSequence(language, task));
        return WhisperTiming.FindWords(tokenizer, textIds, language, found.Probabilities, found.Path);
    }

    /// <summary>Runs the decoder over the text and warps tokens to frames.</summary>
    /// <param name="audio">The window.</param>
    /// <param name="textIds">Its text.</param>
    /// <param name="frames">Mel frames of it that are audio.</param>
    /// <param name="start">The start sequence, without the token for no timestamps.</param>
    /// <param name="medianWidth">Width of the median filter along positions.</param>
    /// <param name="scoreScale">Factor of the attention scores.</param>
    public WhisperAlignmentResult Align(
        WhisperAudio audio, int[] textIds, int frames, int[] start, int medianWidth = WhisperAlignment.MedianWidth, double scoreScale = 1)
    {
        using var scope = NewDisposeScope();
        using var tap = new CrossAttentionTap(network.AlignmentHeads);
        int[] ids = [.. start, tokenizer.NoTimestamps, .. textIds, tokenizer.EndOfText];
        cache.Reset();
        // The logits before each text id, the first of them at the token for no timestamps.
        Tensor logits = network.Decode(ids, audio, cache, [.. Enumerable.Range(start.Length, textIds.Length)], tap).squeeze(0);
        int positions = frames / 2, rows = textIds.Length + 1;
        float[] matrix = AttentionMatrix(tap.Scores.narrow(2, 0, positions) * scoreScale, medianWidth, start.Length, rows);
        return new WhisperAlignmentResult(
            matrix, Probabilities(logits, textIds), WhisperAlignment.WarpTime(Array.ConvertAll(matrix, value => -value), rows, positions));
    }

    /// <summary>Attention of each token, standardised over tokens, smoothed over positions, mean of the heads: <c>[rows, positions]</c>.</summary>
    private static float[] AttentionMatrix(Tensor scores, int medianWidth, int firstRow, int rows)
    {
        Tensor weights = scores.to(ScalarType.Float32).softmax(-1);
        Tensor standard = (weights - weights.mean([-2], keepdim: true)) / weights.std(-2, unbiased: false, keepdim: true);
        Tensor flat = standard.cpu().contiguous();
        WhisperAlignment.MedianFilter(MemoryMarshal.Cast<byte, float>(flat.bytes), (int)flat.shape[2], medianWidth);
        return flat.mean([0]).narrow(0, firstRow, rows).contiguous().data<float>().ToArray();
    }

    private float[] Probabilities(Tensor logits, int[] textIds)
    {
        Tensor text = logits.narrow(1, 0, tokenizer.EndOfText);
        Tensor index = tensor([.. textIds.Select(id => (long)id)]).unsqueeze(1);
        return (text.gather(1, index) - text.logsumexp(1, keepdim: true)).exp_().squeeze(1).contiguous().data<float>().ToArray();
    }
}
