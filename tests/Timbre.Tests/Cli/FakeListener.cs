using System.Runtime.CompilerServices;

namespace Timbre.Tests.Cli;

/// <summary>Hears the same words in any audio.</summary>
internal sealed class FakeListener : ISpeechToText
{
    public ModelInfo Info { get; } = new("fake", "fake-listener", 16000, ["en"]);

    public TranscriptionOptions? Options { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Called before each segment, to fail or cancel there.</summary>
    public Action<int> BeforeSegment { get; init; } = _ => { };

    public async IAsyncEnumerable<TranscriptSegment> TranscribeStreamingAsync(
        IAudioSource audio, TranscriptionOptions? options = null, IProgress<TranscriptionProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Options = options;
        using (IMonoReader reader = audio.OpenMono(16000))
            _ = reader.Read(new float[16]);
        string[] texts = [" Hello there.", " Über naïve façades."];
        for (int i = 0; i < texts.Length; i++)
        {
            await Task.Yield();
            BeforeSegment(i);
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new TranscriptionProgress(TimeSpan.FromSeconds(i + 1), TimeSpan.FromSeconds(texts.Length)));
            yield return new TranscriptSegment
            {
                Id = i, Start = TimeSpan.FromSeconds(i), End = TimeSpan.FromSeconds(i + 1), Text = texts[i], Language = "en",
            };
        }
    }

    public Task<Transcript> TranscribeAsync(
        IAudioSource audio, TranscriptionOptions? options = null, IProgress<TranscriptionProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new InvalidOperationException("the command line reads the stream");

    public void Dispose() => IsDisposed = true;
}
