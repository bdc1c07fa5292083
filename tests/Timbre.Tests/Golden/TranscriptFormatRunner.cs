using System.Text.Json;
using Timbre.Transcripts;

namespace Timbre.Tests.Golden;

/// <summary>Transcripts as files: what the reference's command line writes, and OpenAI's writers.</summary>
internal sealed class TranscriptFormatRunner : IGoldenRunner
{
    public string? Family => null;

    public IEnumerable<string> Entries => ["stt.format", "stt.writers"];

    public void Run(GoldenCase golden, GoldenCheck check)
    {
        Transcript transcript = ReadTranscript(golden.Args.GetProperty("result"));
        if (golden.Entry == "stt.format")
            RunFormats(transcript, golden, check);
        else
            RunWriters(transcript, golden, check);
    }

    private static void RunFormats(Transcript transcript, GoldenCase golden, GoldenCheck check)
    {
        check.Expect("txt", Write(transcript, TranscriptFormat.Text));
        // The reference lists each segment's words behind it, and its WebVTT is not escaped. Timbre writes neither, so this asks its
        // writer for the same cues one by one.
        check.Expect("srt", WriteSegmentsAndWords(transcript, SubtitleSyntax.SubRip));
        check.Expect("vtt", WriteSegmentsAndWords(transcript, SubtitleSyntax.WebVtt with { Escaped = false }));
        check.Expect("json", Json(Write(transcript, TranscriptFormat.Json), golden.Expect.GetProperty("json").GetString()!));
    }

    private static void RunWriters(Transcript transcript, GoldenCase golden, GoldenCheck check) =>
        check.Expect("files", golden.Expect.GetProperty("files").EnumerateArray().Select(file =>
        {
            string format = file.GetProperty("format").GetString()!, expected = file.GetProperty("text").GetString()!;
            JsonElement settings = file.GetProperty("options");
            string text = format switch
            {
                "srt" => WriteSubtitles(transcript, settings, SubtitleSyntax.SubRip),
                "vtt" => WriteSubtitles(transcript, settings, SubtitleSyntax.WebVtt with { Numbered = false, AlwaysHours = false, Escaped = false }),
                "txt" => Write(transcript, TranscriptFormat.Lines),
                "json" => Json(Write(transcript, TranscriptFormat.Json), expected),
                _ => Write(transcript, TranscriptFormats.Parse(format)),
            };
            return new { format, options = settings, text };
        }));

    private static string WriteSubtitles(Transcript transcript, JsonElement settings, SubtitleSyntax syntax)
    {
        int? width = Number(settings, "max_line_width"), lines = Number(settings, "max_line_count");
        // With both limits OpenAI's writers ignore segments, and break at pauses instead.
        bool joined = width is not null && lines is not null;
        var options = new SubtitleOptions
        {
            MaxCharactersPerLine = width,
            MaxLinesPerCue = lines,
            MaxWordsPerCue = joined ? null : Number(settings, "max_words_per_line"),
            MaxCueDuration = null,
            MaxPause = joined ? TimeSpan.FromSeconds(3) : null,
            JoinSegments = joined,
            HighlightWords = settings.TryGetProperty("highlight_words", out JsonElement highlight) && highlight.GetBoolean(),
        };
        using var output = new StringWriter();
        var writer = new SubtitleWriter(output, options, syntax);
        foreach (TranscriptSegment segment in transcript.Segments)
            writer.Write(segment);
        writer.Complete(transcript);
        return output.ToString();
    }

    private static string WriteSegmentsAndWords(Transcript transcript, SubtitleSyntax syntax)
    {
        using var output = new StringWriter();
        var writer = new SubtitleWriter(output, SubtitleOptions.WholeSegments, syntax);
        foreach (TranscriptSegment segment in transcript.Segments)
        {
            writer.Write(segment.Start, segment.End, segment.Text);
            foreach (TranscriptWord word in segment.Words ?? [])
                writer.Write(word.Start, word.End, word.Text);
        }
        return output.ToString();
    }

    private static string Write(Transcript transcript, TranscriptFormat format)
    {
        using var output = new StringWriter();
        TranscriptWriter.Write(transcript, format, output);
        return output.ToString();
    }

    /// <summary>Timbre's JSON says more than the recorded one: the recorded text if it holds all of that, else what Timbre wrote.</summary>
    private static string Json(string actual, string expected)
    {
        string? difference = GoldenJson.Difference(
            "json", JsonDocument.Parse(actual).RootElement, JsonDocument.Parse(expected).RootElement, new GoldenTolerance(1e-6, 0));
        return difference is null ? expected : $"{difference} in {actual}";
    }

    private static Transcript ReadTranscript(JsonElement result) => new(
        result.GetProperty("text").GetString()!,
        [.. result.GetProperty("segments").EnumerateArray().Select(ReadSegment)],
        result.TryGetProperty("language", out JsonElement language) ? language.GetString() : null,
        TimeSpan.Zero,
        TimeSpan.Zero);

    private static TranscriptSegment ReadSegment(JsonElement segment) => new()
    {
        Id = segment.GetProperty("id").GetInt32(),
        Seek = segment.GetProperty("seek").GetInt32(),
        Start = Seconds(segment, "start"),
        End = Seconds(segment, "end"),
        Text = segment.GetProperty("text").GetString()!,
        Tokens = segment.GetProperty("tokens").Deserialize<int[]>()!,
        Temperature = segment.GetProperty("temperature").GetDouble(),
        AverageLogProbability = segment.GetProperty("avg_logprob").GetDouble(),
        CompressionRatio = segment.GetProperty("compression_ratio").GetDouble(),
        NoSpeechProbability = segment.GetProperty("no_speech_prob").GetDouble(),
        Words = segment.TryGetProperty("words", out JsonElement words) && words.ValueKind == JsonValueKind.Array
            ? [.. words.EnumerateArray().Select(word => new TranscriptWord(
                word.GetProperty("word").GetString()!, Seconds(word, "start"), Seconds(word, "end"), word.GetProperty("probability").GetDouble()))]
            : null,
    };

    private static TimeSpan Seconds(JsonElement element, string name) => TimeSpan.FromSeconds(element.GetProperty(name).GetDouble());

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
