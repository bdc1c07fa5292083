using Timbre.Generation;
using Timbre.Models.Whisper;

namespace Timbre.Tests.Golden;

/// <summary>Whole transcriptions by Whisper, and its streaming.</summary>
internal sealed class WhisperTranscribeRunner : IGoldenRunner
{
    public string Family => "whisper";

    public IEnumerable<string> Entries => ["stt.transcribe", "stt.stream"];

    public void Run(GoldenCase golden, GoldenCheck check)
    {
        float[] samples = golden.Audio("audio", WhisperArguments.ReadFile);
        foreach (string folder in golden.ModelFolders)
        {
            using WhisperModel model = WhisperArguments.Load(folder);
            if (golden.Entry == "stt.stream")
                Stream(golden, check, model, samples);
            else
                Transcribe(golden, check, model, samples);
        }
    }

    private static void Transcribe(GoldenCase golden, GoldenCheck check, WhisperModel model, float[] samples)
    {
        WhisperOptions options = WhisperOptionChecks.Check(WhisperArguments.Options(golden.Args), model.Network.Config, model.Tokenizer);
        using RandomSource random = golden.CreateRandom();
        Transcript transcript = model.Transcribe(WhisperArguments.Source(samples), options, random);
        check.Expect("language", transcript.Language);
        check.Expect("segments", transcript.Segments.Select(Describe));
        check.Expect("text", transcript.Text);
    }

    private static void Stream(GoldenCase golden, GoldenCheck check, WhisperModel model, float[] samples) =>
        check.Expect("results", new WhisperStreaming(model.Network, model.Tokenizer).Run(
            samples, golden.Argument("chunk_duration", 1.0), golden.Argument("frame_threshold", 25), golden.Argument<string?>("language", null),
            WhisperArguments.Task(golden.Argument("task", "transcribe"))));

    private static object Describe(TranscriptSegment segment) => new
    {
        id = segment.Id,
        seek = segment.Seek,
        start = segment.Start.TotalSeconds,
        end = segment.End.TotalSeconds,
        text = segment.Text,
        tokens = segment.Tokens,
        temperature = segment.Temperature,
        avg_logprob = segment.AverageLogProbability,
        compression_ratio = segment.CompressionRatio,
        no_speech_prob = segment.NoSpeechProbability,
        words = segment.Words?.Select(word =>
            new { word = word.Text, start = word.Start.TotalSeconds, end = word.End.TotalSeconds, probability = word.Probability }),
    };
}
