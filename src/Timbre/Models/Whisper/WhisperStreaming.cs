using System.Runtime.InteropServices;
using Timbre.Audio;
using Timbre.Generation;
using Timbre.Generation.LogitsRules;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>
/// Transcribes while audio comes in, by the AlignAtt policy (Papi et al. 2023): a token is only written down while the attention is not too
/// near the end of what has been heard. Every chunk is decoded anew over the last 30 s.
/// </summary>
internal sealed class WhisperStreaming(WhisperNetwork network, WhisperTokenizer tokenizer)
{
    // At the end nothing more comes: only the very last positions are too near.
    private const int FinalThreshold = 4;

    private const double PositionsPerSecond = 50;

    /// <summary>Transcribes chunk by chunk.</summary>
    /// <param name="audio">Samples at 16 kHz.</param>
    /// <param name="chunkDuration">Seconds of a chunk.</param>
    /// <param name="frameThreshold">Positions of 20 ms from the end at which to wait for more audio.</param>
    /// <param name="language">Code or English name; null is told from the first chunk.</param>
    /// <param name="task">Transcribe or translate.</param>
    /// <param name="cancellationToken">Looked at before each token.</param>
    public IEnumerable<WhisperStreamingResult> Run(
        float[] audio, double chunkDuration, int frameThreshold, string? language, TranscriptionTask task, CancellationToken cancellationToken = default)
    {
        using KvCache cache = network.CreateCache();
        var frames = new List<float>();
        int before = 0, chunk = Math.Max(1, (int)(chunkDuration * WhisperLogMel.SampleRate));
        for (int start = 0; start < audio.Length; start += chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = Math.Min(start + chunk, audio.Length);
            bool final = end == audio.Length;
            Append(frames, audio[start..end]);
            using WhisperAudio window = Encode(frames);
            language ??= Detect(window, cache);
            int[] tokens = Decode(window, cache, language, task, frames.Count / network.Config.MelBands / 2, final ? FinalThreshold : frameThreshold, cancellationToken);
            // As the reference does it: what the chunk before did not reach is new, whatever it said.
            int[] added = tokens[Math.Min(before, tokens.Length)..];
            before = tokens.Length;
            string text = tokenizer.Decode(added);
            if (string.IsNullOrWhiteSpace(text) && !final)
                continue;
            double position = (double)end / WhisperLogMel.SampleRate, duration = (double)audio.Length / WhisperLogMel.SampleRate;
            yield return new WhisperStreamingResult(
                text, added, final, (tokens.Length - added.Length) / PositionsPerSecond, tokens.Length / PositionsPerSecond,
                position / duration, position, duration, language);
        }
    }

    /// <summary>Adds the frames of a chunk, scaled by itself, and keeps the last 30 s.</summary>
    private void Append(List<float> frames, float[] chunk)
    {
        using var mel = new WhisperLogMel(AudioSource.FromBuffer(new AudioBuffer(chunk, WhisperLogMel.SampleRate)), network.Config.MelBands, padding: 0);
        using Tensor added = mel.Slice(0, mel.Frames);
        frames.AddRange(added.data<float>());
        int over = frames.Count - WhisperLogMel.WindowFrames * network.Config.MelBands;
        if (over > 0)
            frames.RemoveRange(0, over);
    }

    private WhisperAudio Encode(List<float> frames)
    {
        using var scope = NewDisposeScope();
        Tensor mel = tensor(frames.ToArray(), [frames.Count / network.Config.MelBands, network.Config.MelBands]).t().unsqueeze(0);
        return network.Encode(nn.functional.pad(mel, [0, WhisperLogMel.WindowFrames - mel.shape[2]]));
    }

    private string Detect(WhisperAudio window, KvCache cache) => tokenizer.IsMultilingual
        ? WhisperLanguageDetection.Detect(network, tokenizer, window, cache).MaxBy(entry => entry.Probability).Language
        : "en";

    /// <summary>Greedy text up to the first token whose attention lies within the threshold of the end; that one is kept.</summary>
    private int[] Decode(
        WhisperAudio window, KvCache cache, string language, TranscriptionTask task, int positions, int threshold, CancellationToken cancellationToken)
    {
        ILogitsRule[] rules =
        [
            new SuppressTokensRule(WhisperSuppression.BlankTokens(tokenizer), firstStepOnly: true),
            new SuppressTokensRule(WhisperSuppression.SuppressedTokens(tokenizer)),
        ];
        var tokens = new List<int>();
        int[] next = tokenizer.StartSequence(WhisperLanguages.GetCode(language), task, timestamps: false);
        cache.Reset();
        for (int step = 0; step < network.Config.TextContext / 2; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var tap = new CrossAttentionTap(network.AlignmentHeads);
            Span<float> logits = MemoryMarshal.Cast<byte, float>(network.Decode(next, window, cache, tap: tap).bytes);
            foreach (ILogitsRule rule in rules)
                rule.Apply(logits, CollectionsMarshal.AsSpan(tokens));
            int token = logits.IndexOf(LogitsMath.Max(logits));
            if (token == tokenizer.EndOfText)
                break;
            tokens.Add(token);
            next = [token];
            if (positions - MostAttended(tap) <= threshold)
                break;
        }
        return [.. tokens.Where(token => token < tokenizer.EndOfText)];
    }

    /// <summary>The position that the heads look at most, by their mean scores, for the newest token.</summary>
    private static int MostAttended(CrossAttentionTap tap) => (int)tap.Scores.select(1, -1).mean([0]).argmax().item<long>();
}
