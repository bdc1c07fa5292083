using System.Globalization;
using System.Text;
using Timbre.Loading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Timbre.Conversion;

/// <summary>
/// The <c>README.md</c> of a converted model that is uploaded: the source card's metadata with the tags by which the Hub finds it, what was
/// converted and how, and how to use it in mlx-audio and in Timbre.
/// </summary>
public static class ModelCard
{
    /// <summary>The front matter of a card that is larger or deeper nested is not read: nobody wrote it.</summary>
    private const int MaxFrontMatter = 64 << 10, MaxDepth = 16;

    private const string Fence = "---", LibraryName = "mlx-audio";

    /// <summary>Writes a card.</summary>
    /// <param name="repository">Where the result goes, <c>owner/name</c>.</param>
    /// <param name="source">The repository that was converted; null for a folder.</param>
    /// <param name="sourceCard">The source's <c>README.md</c>; null where it has none.</param>
    /// <param name="summary">What was converted.</param>
    public static string Write(string repository, string? source, string? sourceCard, ConversionSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        CardTemplate template = CardTemplates.All[summary.Domain];
        var card = new StringBuilder();
        card.Append(FrontMatter(sourceCard, source, ["mlx", .. template.Tags, LibraryName]));
        AppendLines(card, $"# {repository}", "", Origin(source), "");
        AppendLines(card, [.. Facts(summary), ""]);
        AppendMlxAudio(card, repository, template);
        if (template.Command is { } command && ModelRegistry.Families.Any(family => family.Name == summary.Architecture))
            AppendTimbre(card, repository, command);
        return card.ToString();
    }

    /// <summary>The tags that a card of the domain has besides those of the source.</summary>
    internal static IReadOnlyList<string> TagsOf(string card) => Tags(Parse(card)).ToArray();

    private static string Origin(string? source)
    {
        string version = typeof(ModelCard).Assembly.GetName().Version!.ToString(3);
        string link = source is null ? "a local folder" : $"[`{source}`](https://huggingface.co/{source})";
        string more = source is null ? "" : $" See the [original model card](https://huggingface.co/{source}) for more about the model.";
        return $"This model was converted to the MLX format from {link} with Timbre {version}.{more}";
    }

    private static string[] Facts(ConversionSummary summary) =>
    [
        "| | |",
        "|---|---|",
        $"| architecture | `{summary.Architecture}` |",
        string.Create(CultureInfo.InvariantCulture, $"| weights | {summary.Parameters / 1e6:0.0} million, {summary.BitsPerWeight:0.00} bits each |"),
        string.Create(CultureInfo.InvariantCulture, $"| size | {summary.OutputBytes / 1e6:0.0} MB |"),
        $"| packed layers | {Formats(summary)} |",
    ];

    private static string Formats(ConversionSummary summary)
    {
        string[] formats = [.. summary.Layers.Where(layer => layer.Format is not null).GroupBy(layer => layer.Format!)
            .OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} × {group.Key}")];
        return formats.Length == 0 ? "none" : string.Join("; ", formats);
    }

    private static void AppendMlxAudio(StringBuilder card, string repository, CardTemplate template)
    {
        AppendLines(card, "## Use with mlx-audio", "", "```bash", "pip install -U mlx-audio", "```", "");
        AppendLines(card, "### CLI Example:", "", "```bash");
        AppendLines(card, template.Arguments is { } arguments
            ? $"python -m {template.Module}.generate --model {repository} {arguments}"
            : $"python -c 'from {template.Module} import load; print(load(\"{repository}\"))'");
        AppendLines(card, "```", "", "### Python Example:", "", "```python", $"from {template.Module} import load", "",
            $"model = load(\"{repository}\")");
        AppendLines(card, template.Python);
        AppendLines(card, "```");
    }

    private static void AppendTimbre(StringBuilder card, string repository, string command) => AppendLines(card,
        "", "## Use with Timbre", "", "```bash", "dotnet tool install --global Timbre.Tool",
            string.Format(CultureInfo.InvariantCulture, command, repository), "```");

    private static void AppendLines(StringBuilder card, params ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
            card.Append(line).Append('\n');
    }

    private static string FrontMatter(string? sourceCard, string? source, IEnumerable<string> tags)
    {
        YamlMappingNode matter = sourceCard is null ? [] : Parse(sourceCard);
        string[] all = [.. Tags(matter).Concat(tags).Distinct()];
        matter.Children["tags"] = new YamlSequenceNode(all.Select(tag => new YamlScalarNode(tag)));
        matter.Children["library_name"] = LibraryName;
        if (source is not null && !matter.Children.ContainsKey("base_model"))
            matter.Children["base_model"] = source;
        using var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(matter)).Save(text, assignAnchors: false);
        // The end of a YAML document, which the Hub does not expect.
        string yaml = text.ToString().TrimEnd();
        return $"{Fence}\n{(yaml.EndsWith("...", StringComparison.Ordinal) ? yaml[..^3].TrimEnd() : yaml)}\n{Fence}\n\n";
    }

    private static IEnumerable<string> Tags(YamlMappingNode matter) => matter.Children.TryGetValue("tags", out YamlNode? tags) ? tags switch
    {
        YamlSequenceNode list => list.OfType<YamlScalarNode>().Select(tag => tag.Value ?? "").Where(tag => tag.Length > 0),
        YamlScalarNode { Value.Length: > 0 } single => [single.Value],
        _ => [],
    } : [];

    /// <summary>The metadata of a card; empty where it has none that can be read.</summary>
    private static YamlMappingNode Parse(string card)
    {
        string[] lines = card.ReplaceLineEndings("\n").Split('\n');
        int end = lines.Length > 0 && lines[0].TrimEnd() == Fence ? Array.FindIndex(lines, 1, line => line.TrimEnd() == Fence) : -1;
        string text = end < 0 ? "" : string.Join('\n', lines[1..end]);
        if (text.Length is 0 or > MaxFrontMatter)
            return [];
        try
        {
            if (IsTooDeep(text))
                return [];
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [{ RootNode: YamlMappingNode matter }] ? matter : [];
        }
        catch (YamlException)
        {
            return [];
        }
    }

    /// <summary>Counts levels without recursion, and takes no references: both can make a small text huge.</summary>
    private static bool IsTooDeep(string text)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth || parser.Current is AnchorAlias)
                return true;
        }
        return false;
    }
}
