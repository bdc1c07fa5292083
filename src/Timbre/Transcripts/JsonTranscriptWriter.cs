using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Timbre.Transcripts;

/// <summary>JSON with the field names of Whisper's own results, times in seconds; written at the end.</summary>
internal sealed class JsonTranscriptWriter(TextWriter output) : TranscriptWriter(output)
{
    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        // The file is no part of a web page: letters beyond ASCII stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<TranscriptSegment> _segments = [];

    /// <inheritdoc/>
    public override void Write(TranscriptSegment segment) => _segments.Add(segment);

    /// <inheritdoc/>
    public override void Complete(Transcript transcript)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteString("text", transcript.Text);
            json.WriteString("language", transcript.Language);
            json.WriteNumber("duration", transcript.Duration.TotalSeconds);
            json.WriteStartArray("segments");
            foreach (TranscriptSegment segment in _segments)
                Write(json, segment);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        Output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, TranscriptSegment segment)
    {
        json.WriteStartObject();
        json.WriteNumber("id", segment.Id);
        json.WriteNumber("seek", segment.Seek);
        WriteTimes(json, segment.Start, segment.End);
        json.WriteString("text", segment.Text);
        if (segment.Language is not null)
            json.WriteString("language", segment.Language);
        json.WritePropertyName("tokens");
        json.WriteRawValue($"[{string.Join(", ", segment.Tokens)}]");
        WriteNumber(json, "temperature", segment.Temperature);
        WriteNumber(json, "avg_logprob", segment.AverageLogProbability);
        WriteNumber(json, "compression_ratio", segment.CompressionRatio);
        WriteNumber(json, "no_speech_prob", segment.NoSpeechProbability);
        if (segment.Words is not null)
            Write(json, segment.Words);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<TranscriptWord> words)
    {
        json.WriteStartArray("words");
        foreach (TranscriptWord word in words)
        {
            json.WriteStartObject();
            json.WriteString("word", word.Text);
            WriteTimes(json, word.Start, word.End);
            WriteNumber(json, "probability", word.Probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTimes(Utf8JsonWriter json, TimeSpan start, TimeSpan end)
    {
        json.WriteNumber("start", start.TotalSeconds);
        json.WriteNumber("end", end.TotalSeconds);
        json.WriteNumber("duration", (end - start).TotalSeconds);
    }

    // JSON has no infinity: the mean log-probability of nothing is null.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
