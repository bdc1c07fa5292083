using System.Text.Json;
using Timbre.Conversion;

namespace Timbre.Cli;

/// <summary>A conversion's summary and check as JSON.</summary>
internal static class ConversionJson
{
    public static void Write(Utf8JsonWriter json, ConversionSummary summary, ConversionCheck? check, string? page)
    {
        json.WriteStartObject();
        json.WriteString("output", summary.Output);
        json.WriteString("uploaded", page);
        json.WriteString("architecture", summary.Architecture);
        json.WriteString("domain", summary.Domain.ToString().ToLowerInvariant());
        json.WriteStrings("weight_files", summary.WeightFiles);
        json.WriteNumber("source_bytes", summary.SourceBytes);
        json.WriteNumber("output_bytes", summary.OutputBytes);
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteNumber("bits_per_weight", summary.BitsPerWeight);
        json.WriteStartArray("layers");
        foreach (ConvertedLayer layer in summary.Layers)
        {
            json.WriteStartObject();
            json.WriteString("path", layer.Path);
            json.WriteNumber("parameters", layer.Parameters);
            json.WriteString("format", layer.Format);
            json.WriteString("reason", layer.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (check is not null)
            Write(json, check);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ConversionCheck check)
    {
        json.WriteStartObject("check");
        json.WriteNumber("mean_error", check.MeanError);
        json.WriteStartArray("layers");
        foreach (LayerError layer in check.Layers)
        {
            json.WriteStartObject();
            json.WriteString("path", layer.Path);
            json.WriteNumber("relative_error", layer.RelativeError);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (check.Transcription is { } heard)
        {
            json.WriteStartObject("transcription");
            json.WriteString("source_text", heard.SourceText);
            json.WriteString("result_text", heard.ResultText);
            json.WriteNumber("source_word_error_rate", heard.SourceWordErrorRate);
            json.WriteNumber("result_word_error_rate", heard.ResultWordErrorRate);
            WriteOptional(json, "logits_error", heard.LogitsError);
            json.WriteEndObject();
        }
        if (check.Speech is { } spoken)
        {
            json.WriteStartObject("speech");
            json.WriteNumber("source_seconds", spoken.SourceDuration.TotalSeconds);
            json.WriteNumber("result_seconds", spoken.ResultDuration.TotalSeconds);
            json.WriteNumber("mel_distance_db", spoken.MelDistance);
            WriteOptional(json, "source_word_error_rate", spoken.SourceWordErrorRate);
            WriteOptional(json, "result_word_error_rate", spoken.ResultWordErrorRate);
            json.WriteEndObject();
        }
        json.WriteString("not_run", check.NotRun);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
