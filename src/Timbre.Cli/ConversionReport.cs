using System.Globalization;
using Timbre.Conversion;

namespace Timbre.Cli;

/// <summary>The tables that a conversion ends with.</summary>
internal static class ConversionReport
{
    /// <summary>Worst layers of a check that are named.</summary>
    private const int NamedLayers = 5;

    /// <summary>Sizes, and what became of the layers.</summary>
    public static IReadOnlyList<string[]> Rows(ConversionSummary summary)
    {
        var rows = new List<string[]>
        {
            Row("model",
                $"{summary.Architecture} ({summary.Domain.ToString().ToLowerInvariant()}), {Millions(summary.Parameters)} weights"),
            Row("size", string.Create(CultureInfo.InvariantCulture,
                $"{summary.SourceBytes / 1e6:0.0} MB to {summary.OutputBytes / 1e6:0.0} MB, {summary.BitsPerWeight:0.00} bits a weight")),
        };
        foreach (IGrouping<string, ConvertedLayer> format in Grouped(summary, layer => layer.Format))
            rows.Add(Row("packed", $"{Layers(format.Count())}: {format.Key}"));
        bool packs = rows.Count > 2;
        foreach (IGrouping<string, ConvertedLayer> reason in Grouped(summary, layer => layer.Reason))
        {
            string size = $"{Layers(reason.Count())}, {Millions(reason.Sum(layer => layer.Parameters))} weights";
            rows.Add(Row("left alone", $"{size}: {reason.Key} ({reason.First().Path}{(reason.Count() > 1 ? ", …" : "")})"));
        }
        if (!packs && summary.Layers.All(layer => layer.Reason is null))
            rows.Add(Row("packed", "nothing"));
        return rows;
    }

    /// <summary>How far the result is from the source.</summary>
    public static IReadOnlyList<string[]> Rows(ConversionCheck check)
    {
        var rows = new List<string[]>();
        if (check.Layers.Count == 0)
            rows.Add(Row("error", "every weight is the source's"));
        else
        {
            rows.Add(Row("error", $"{Percent(check.MeanError)} of a layer's norm in the mean of {Layers(check.Layers.Count)}"));
            foreach (LayerError layer in check.Layers.OrderByDescending(layer => layer.RelativeError).Take(NamedLayers))
                rows.Add(Row("", $"{Percent(layer.RelativeError)} {layer.Path}"));
        }
        if (check.Transcription is { } heard)
            AddTranscription(rows, heard);
        if (check.Speech is { } spoken)
            AddSpeech(rows, spoken);
        if (check.NotRun is { } reason)
            rows.Add(Row("not run", reason));
        return rows;
    }

    private static IEnumerable<IGrouping<string, ConvertedLayer>> Grouped(ConversionSummary summary, Func<ConvertedLayer, string?> by) =>
        summary.Layers.Where(layer => by(layer) is not null).GroupBy(layer => by(layer)!);

    private static void AddTranscription(List<string[]> rows, TranscriptionComparison heard)
    {
        rows.Add(Row("source heard", $"{heard.SourceText} ({Percent(heard.SourceWordErrorRate)} word errors)"));
        rows.Add(Row("result heard", $"{heard.ResultText} ({Percent(heard.ResultWordErrorRate)} word errors)"));
        if (heard.LogitsError is { } error)
            rows.Add(Row("first logits", $"{Percent(error)} relative error"));
    }

    private static void AddSpeech(List<string[]> rows, SpeechComparison spoken)
    {
        rows.Add(Row("duration", string.Create(CultureInfo.InvariantCulture,
            $"{spoken.SourceDuration.TotalSeconds:0.000} s of the source, {spoken.ResultDuration.TotalSeconds:0.000} s of the result")));
        rows.Add(Row("sound", string.Create(CultureInfo.InvariantCulture, $"{spoken.MelDistance:0.00} dB log-mel spectral distance")));
        if (spoken is { SourceWordErrorRate: { } source, ResultWordErrorRate: { } result })
            rows.Add(Row("heard again", $"{Percent(source)} word errors of the source, {Percent(result)} of the result"));
    }

    private static string[] Row(string name, string text) => [name, text];

    private static string Layers(int count) => count == 1 ? "1 layer" : $"{count} layers";

    private static string Millions(long count) => (count / 1e6).ToString(count < 1_000_000 ? "0.000" : "0.0", CultureInfo.InvariantCulture)
        + " million";

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
