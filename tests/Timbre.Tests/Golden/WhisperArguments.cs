using System.Globalization;
using System.Text.Json;
using Timbre.Audio;
using Timbre.Models.Whisper;

namespace Timbre.Tests.Golden;

/// <summary>The arguments of recorded Whisper cases as this library's own.</summary>
internal static class WhisperArguments
{
    public static WhisperModel Load(string folder) => GoldenModels.Load<WhisperModel>(folder);

    public static float[] ReadFile(string path) => AudioSource.FromFile(path).ReadToEnd(WhisperLogMel.SampleRate).Samples;

    public static AudioSource Source(float[] samples) => AudioSource.FromBuffer(new AudioBuffer(samples, WhisperLogMel.SampleRate));

    /// <summary>The options that the reference's names say; an unknown name fails the case.</summary>
    public static WhisperOptions Options(JsonElement args)
    {
        WhisperOptions options = new();
        foreach (JsonProperty argument in args.EnumerateObject())
            options = Apply(options, argument.Name, argument.Value);
        return options;
    }

    private static WhisperOptions Apply(WhisperOptions options, string name, JsonElement value) => name switch
    {
        // What a runner reads itself, and what changes streaming and printing only.
        "audio" or "audio_repeat" or "models" or "prompt" or "verbose" or "chunk_duration" or "frame_threshold" or "stream" => options,
        "language" => options with { Language = value.GetString() },
        "task" => options with { Task = Task(value.GetString()) },
        "temperature" => options with { Temperatures = Numbers(value) },
        "compression_ratio_threshold" => options with { CompressionRatioThreshold = Number(value) },
        "logprob_threshold" => options with { LogProbabilityThreshold = Number(value) },
        "no_speech_threshold" => options with { NoSpeechThreshold = Number(value) },
        "condition_on_previous_text" => options with { ConditionOnPreviousText = value.GetBoolean() },
        "initial_prompt" => options with { InitialPrompt = value.GetString() },
        "hotwords" => options with { HotWords = value.Deserialize<string[]>() ?? [] },
        "prepend_punctuations" => options with { PrependPunctuations = value.GetString()! },
        "append_punctuations" => options with { AppendPunctuations = value.GetString()! },
        "word_timestamps" => options with { WordTimestamps = value.GetBoolean() },
        "clip_timestamps" => options with { ClipTimestamps = [.. Numbers(value).Select(TimeSpan.FromSeconds)] },
        "hallucination_silence_threshold" => options with { HallucinationSilenceThreshold = Seconds(value) },
        "return_timestamps" => options with { WithoutTimestamps = !value.GetBoolean() },
        "without_timestamps" => options with { WithoutTimestamps = value.GetBoolean() },
        "best_of" => options with { BestOf = (int?)Number(value) },
        "beam_size" => options with { BeamSize = (int?)Number(value) },
        "patience" => options with { Patience = Number(value) },
        "length_penalty" => options with { LengthPenalty = Number(value) },
        // Python takes 0.0 for none.
        "max_initial_timestamp" => options with { MaxInitialTimestamp = Seconds(value) is { Ticks: > 0 } latest ? latest : null },
        "prefix" => options with { Prefix = value.GetString() },
        "sample_len" => options with { MaxTokensPerWindow = (int?)Number(value) },
        "suppress_blank" => options with { SuppressBlank = value.GetBoolean() },
        "suppress_tokens" => options with { SuppressTokens = value.ValueKind == JsonValueKind.Null ? [] : [.. Numbers(value).Select(id => (int)id)] },
        _ => throw new ArgumentException($"there is no option '{name}'"),
    };

    public static TranscriptionTask Task(string? name) => name switch
    {
        null or "transcribe" => TranscriptionTask.Transcribe,
        "translate" => TranscriptionTask.Translate,
        _ => throw new ArgumentException($"there is no task '{name}'"),
    };

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();

    private static TimeSpan? Seconds(JsonElement value) => Number(value) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A number, a list of numbers, or their text with commas.</summary>
    private static double[] Numbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => [value.GetDouble()],
        JsonValueKind.Array => value.Deserialize<double[]>()!,
        JsonValueKind.String => [.. value.GetString()!.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))],
        _ => throw new ArgumentException($"'{value}' holds no numbers"),
    };
}
