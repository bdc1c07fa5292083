using System.Text.Json;
using Timbre.Conversion;
using Timbre.Loading;

namespace Timbre.Tests.Golden;

/// <summary>
/// The cards of uploads: the reference's tags, its title and its sections in their order, and besides them Timbre's own. The domain for
/// which
/// the reference cannot make one gets one too.
/// </summary>
internal sealed class ConvertCardRunner : IGoldenRunner
{
    private const string Repository = "me/repo";

    public string? Family => "convert";

    public IEnumerable<string> Entries => ["convert.card"];

    public void Run(GoldenCase golden, GoldenCheck check)
    {
        foreach (JsonProperty card in golden.Json.GetProperty("cards").EnumerateObject())
        {
            var summary = new ConversionSummary
            {
                Output = "out", Architecture = "kokoro", Domain = Enum.Parse<ModelDomain>(card.Name, ignoreCase: true), WeightFiles = [],
                SourceBytes = 400, OutputBytes = 50, Parameters = 100, Layers = [],
            };
            string text = ModelCard.Write(Repository, "someone/source", null, summary);
            string[] body = text[(text.IndexOf("\n---\n", StringComparison.Ordinal) + 5)..].TrimStart('\n').Split('\n');
            string[] tags = [.. ModelCard.TagsOf(text)];
            if (card.Value.TryGetProperty("error", out _))
            {
                if (tags is not ["mlx", .., "mlx-audio"])
                    check.Fail(card.Name, $"has the tags {string.Join(", ", tags)}");
                continue;
            }
            if (!tags.SequenceEqual(card.Value.GetProperty("tags").Deserialize<string[]>()!))
                check.Fail(card.Name, $"has the tags {string.Join(", ", tags)}");
            if (body[0] != card.Value.GetProperty("first_line").GetString())
                check.Fail(card.Name, $"begins with '{body[0]}'");
            if (Missing(card.Value.GetProperty("headings").Deserialize<string[]>()!, body) is { } missing)
                check.Fail(card.Name, $"lacks '{missing}' in its place");
        }
    }

    /// <summary>The first heading or fence that does not follow on those before it; comments inside a fence are none.</summary>
    private static string? Missing(string[] headings, string[] body)
    {
        int place = 0;
        bool fenced = false;
        foreach (string heading in headings.Select(heading => heading.Trim()))
        {
            bool fence = heading.StartsWith("```", StringComparison.Ordinal);
            if (fenced && !fence)
                continue;
            fenced ^= fence;
            place = Array.FindIndex(body, place, line => line.Trim() == heading) + 1;
            if (place == 0)
                return heading;
        }
        return null;
    }
}
