using Timbre.Models.Whisper;
using TorchSharp;
using Xunit;

namespace Timbre.Tests.Models.Whisper;

public class WhisperStreamingTests
{
    [Fact]
    public void HearsAllOfTheAudioAndEndsOnce()
    {
        using IDisposable mode = torch.no_grad();
        using WhisperModel model = TinyWhisper.Load();
        float[] samples = TinyWhisper.Audio(3.3).ReadToEnd().Samples;
        List<WhisperStreamingResult> results =
            [.. new WhisperStreaming(model.Network, model.Tokenizer).Run(samples, 0.5, -2000, "en", TranscriptionTask.Transcribe)];
        Assert.NotEmpty(results);
        Assert.True(results[^1].IsFinal);
        Assert.DoesNotContain(results[..^1], result => result.IsFinal);
        Assert.Equal((1, 3.3), (results[^1].Progress, results[^1].AudioPosition));
        Assert.Equal(results.Select(result => result.AudioPosition).Order(), results.Select(result => result.AudioPosition));
        Assert.All(results, result => Assert.Equal(result.Tokens.Length / 50.0, result.EndTime - result.StartTime, 1e-9));
        Assert.All(results, result => Assert.All(result.Tokens, token => Assert.True(token < model.Tokenizer.EndOfText)));
    }

    [Fact]
    public void SaysNothingOfNoAudio()
    {
        using IDisposable mode = torch.no_grad();
        using WhisperModel model = TinyWhisper.Load();
        Assert.Empty(new WhisperStreaming(model.Network, model.Tokenizer).Run([], 1, 25, null, TranscriptionTask.Transcribe));
    }
}
