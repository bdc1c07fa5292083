using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Timbre.Generation;
using Timbre.Models.Whisper;

namespace Timbre.Tests.Golden;

/// <summary>
/// Real weights and real speech (<c>real/*.json</c>): what the original says of each clip. The recorded numbers are rounded, to the places that
/// they have.
/// </summary>
internal sealed partial class WhisperRealRunner : ITableRunner
{
    public string Family => "whisper";

    public bool Handles(string file) => file.StartsWith("real/", StringComparison.Ordinal) && file.EndsWith(".json", StringComparison.Ordinal);

    public IEnumerable<GoldenRow> Run(GoldenTable table)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(table.Path));
        JsonElement root = document.RootElement;
        List<(string Name, string Audio, JsonElement Options, JsonElement Expect)> rows = [.. Rows(root)];
        string model = root.GetProperty("model").GetString()!;
        if (FindWeights(table.Folder, model) is not { } folder)
        {
            foreach (var row in rows)
                yield return new GoldenRow(row.Name, Skipped: $"the weights of {model} are not here");
            yield break;
        }
        using WhisperModel whisper = WhisperArguments.Load(folder);
        var audio = new RealAudio(table.Folder, root.GetProperty("audio").GetString()!);
        foreach ((string name, string description, JsonElement options, JsonElement expect) in rows)
            yield return new GoldenRow(name, Failure(() => Check(whisper, audio.Read(description), options, expect)));
    }

    private static string? FindWeights(GoldenFolder folder, string model)
    {
        try
        {
            return folder.Real("models/" + model);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Name, string Audio, JsonElement Options, JsonElement Expect)> Rows(JsonElement root)
    {
        JsonElement common = root.GetProperty("options");
        foreach (JsonProperty clip in root.GetProperty("clips").EnumerateObject())
            yield return (clip.Name, clip.Name, Merge(common, clip.Value), clip.Value.GetProperty("expect"));
        if (root.TryGetProperty("extra", out JsonElement extra))
        {
            foreach (JsonElement row in extra.EnumerateArray())
                yield return (row.GetProperty("name").GetString()!, row.GetProperty("audio").GetString()!, row.GetProperty("options"), row);
        }
    }

    /// <summary>The options of all clips with a clip's own.</summary>
    private static JsonElement Merge(JsonElement common, JsonElement clip)
    {
        Dictionary<string, JsonElement> merged = common.EnumerateObject().ToDictionary(option => option.Name, option => option.Value);
        if (clip.TryGetProperty("options", out JsonElement own))
        {
            foreach (JsonProperty option in own.EnumerateObject())
                merged[option.Name] = option.Value;
        }
        return JsonSerializer.SerializeToElement(merged);
    }

    private static string? Failure(Func<string?> check)
    {
        try
        {
            return check();
        }
        catch (Exception error)
        {
            return $"threw {error.GetType().Name}: {error.Message}";
        }
    }

    private static string? Check(WhisperModel whisper, float[] samples, JsonElement args, JsonElement expect)
    {
        WhisperOptions options = WhisperOptionChecks.Check(WhisperArguments.Options(args), whisper.Network.Config, whisper.Tokenizer);
        using var random = new RandomSource(0);
        Transcript transcript = whisper.Transcribe(WhisperArguments.Source(samples), options, random);
        JsonElement actual = JsonSerializer.SerializeToElement(new
        {
            language = transcript.Language,
            text = transcript.Text,
            segments = transcript.Segments.Select(Describe),
        });
        string[] keys = ["language", "text", "segments"];
        return keys.Select(key => Difference(key, actual.GetProperty(key), expect.GetProperty(key))).FirstOrDefault(difference => difference is not null);
    }

    private static object Describe(TranscriptSegment segment) => new
    {
        start = segment.Start.TotalSeconds,
        end = segment.End.TotalSeconds,
        text = segment.Text,
        tokens = segment.Tokens,
        seek = segment.Seek,
        avg_logprob = segment.AverageLogProbability,
        no_speech_prob = segment.NoSpeechProbability,
        compression_ratio = segment.CompressionRatio,
        words = segment.Words?.Select(word => new object[] { word.Text, word.Start.TotalSeconds, word.End.TotalSeconds, word.Probability }),
    };

    private static string? Difference(string path, JsonElement actual, JsonElement expected) => (expected.ValueKind, actual.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Near(actual.GetDouble(), expected) ? null : $"{path} is {actual}, expected {expected}",
        (JsonValueKind.Object, JsonValueKind.Object) => expected.EnumerateObject()
            .Select(property => Difference($"{path}.{property.Name}", actual.GetProperty(property.Name), property.Value)).FirstOrDefault(difference => difference is not null),
        (JsonValueKind.Array, JsonValueKind.Array) when actual.GetArrayLength() == expected.GetArrayLength() => expected.EnumerateArray()
            .Select((item, index) => Difference($"{path}[{index}]", actual[index], item)).FirstOrDefault(difference => difference is not null),
        _ => expected.ValueKind == actual.ValueKind && expected.ToString() == actual.ToString() ? null : $"{path} is {actual}, expected {expected}",
    };

    /// <summary>Integers exactly; others by the usual tolerance and half of the last recorded place.</summary>
    private static bool Near(double actual, JsonElement expected)
    {
        string text = expected.GetRawText();
        int point = text.IndexOf('.');
        double rounding = point < 0 ? 0 : 0.5 * Math.Pow(10, -(text.Length - point - 1));
        return point < 0 && !text.Contains('e') ? actual == expected.GetDouble()
            : Math.Abs(actual - expected.GetDouble()) <= 1e-4 + 1e-3 * Math.Abs(expected.GetDouble()) + rounding;
    }

    /// <summary>The audio that a row describes in words.</summary>
    private sealed partial class RealAudio(GoldenFolder folder, string key)
    {
        // The tables say: "... long: A + B + ..., each followed by 4800 zero samples".
        private readonly Match _long = Long().Match(key);

        public float[] Read(string description)
        {
            if (description == "long" && _long.Success)
            {
                var gap = new float[int.Parse(_long.Groups["gap"].Value, CultureInfo.InvariantCulture)];
                return [.. _long.Groups["files"].Value.Split(" + ").SelectMany(file => (float[])[.. ReadFile(file), .. gap])];
            }
            return Noise().Match(description) is { Success: true } noise
                ? [.. Enumerable.Range(0, int.Parse(noise.Groups["count"].Value, CultureInfo.InvariantCulture)).Select(i => (float)(0.02 * (((long)i * 7919 % 1009) / 504.5 - 1)))]
                : [.. description.Split(", ").SelectMany(Part)];
        }

        private float[] Part(string part) => Zeros().Match(part) is { Success: true } zeros
            ? new float[int.Parse(zeros.Groups["count"].Value, CultureInfo.InvariantCulture)]
            : ReadFile(part);

        private float[] ReadFile(string file) => WhisperArguments.ReadFile(folder.Real("speech/" + file.Trim()));

        [GeneratedRegex(@"long: (?<files>.+), each followed by (?<gap>\d+) zero samples")]
        private static partial Regex Long();

        [GeneratedRegex(@"^(?<count>\d+) zeros$")]
        private static partial Regex Zeros();

        [GeneratedRegex(@"^(?<count>\d+) samples: sample i = 0\.02 \* \(\(\(i \* 7919\) mod 1009\) / 504\.5 - 1\)$")]
        private static partial Regex Noise();
    }
}
