using System.Runtime.InteropServices;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>Tells the language of a window: one decoder step after the start token, softmax over the language tokens.</summary>
internal static class WhisperLanguageDetection
{
    /// <summary>The probability of each language, in the order of their tokens.</summary>
    public static IReadOnlyList<(string Language, double Probability)> Detect(
        WhisperNetwork network, WhisperTokenizer tokenizer, WhisperAudio audio, KvCache cache)
    {
        cache.Reset();
        using Tensor logits = network.Decode([tokenizer.StartOfTranscript], audio, cache);
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        var found = new List<(string Language, double Probability)>(tokenizer.Languages.Count);
        double largest = double.NegativeInfinity, sum = 0;
        foreach (int token in tokenizer.Languages.Values)
            largest = Math.Max(largest, values[token]);
        foreach ((string language, int token) in tokenizer.Languages)
        {
            double weight = Math.Exp(values[token] - largest);
            sum += weight;
            found.Add((language, weight));
        }
        return [.. found.Select(entry => (entry.Language, entry.Probability / sum))];
    }
}
