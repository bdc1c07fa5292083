using System.Runtime.CompilerServices;

namespace Timbre.Tests.Cli;

/// <summary>Speaks each word, signs left out, as a tenth of a second of a tone.</summary>
internal sealed class FakeSpeaker : ITextToSpeech
{
    public const int Rate = 8000;

    public ModelInfo Info { get; } = new("fake", "fake-speaker", Rate, ["en-us"]);

    public IReadOnlyList<VoiceInfo> Voices { get; } = [new("anna", "en-us")];

    public string? Text { get; private set; }

    public SpeechOptions? Options { get; private set; }

    /// <summary>Called before each segment, to fail or cancel there.</summary>
    public Action<int> BeforeSegment { get; init; } = _ => { };

    public async IAsyncEnumerable<SpeechSegment> SpeakStreamingAsync(
        string text, SpeechOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (Text, Options) = (text, options);
        string[] words = [.. text.Split(' ').Where(word => word.Any(char.IsLetterOrDigit))];
        for (int i = 0; i < words.Length; i++)
        {
            await Task.Yield();
            BeforeSegment(i);
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan start = TimeSpan.FromSeconds(0.1 * i);
            float[] samples = [.. Enumerable.Range(0, Rate / 10).Select(n => 0.5f * MathF.Sin(0.3f * n))];
            yield return new SpeechSegment(
                i, words[i], $"/{words[i]}/", new AudioBuffer(samples, Rate), start, [new WordTiming(words[i], start, start + TimeSpan.FromSeconds(0.1))]);
        }
    }

    public Task<SpeechResult> SpeakAsync(string text, SpeechOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("the command line reads the stream");

    public void Dispose()
    {
    }
}
