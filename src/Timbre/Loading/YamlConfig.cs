using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Timbre.Loading;

/// <summary>
/// Reads a config in YAML as JSON. Only plain data: a tag that asks for an object is refused, anchors are copied, and both the depth and
/// the number of values are bounded, so that a few lines cannot grow into a billion.
/// </summary>
internal sealed partial class YamlConfig
{
    private const int MaxLength = 1 << 22, MaxDepth = 32, MaxValues = 1 << 18;

    private const string PlainTags = "tag:yaml.org,2002:";

    private readonly string _path;
    private readonly Parser _parser;
    private readonly Dictionary<string, JsonNode?> _anchors = [];
    private int _values;

    private YamlConfig(string text, string path) => (_parser, _path) = (new Parser(new StringReader(text)), path);

    /// <summary>Reads a document whose top level is a mapping.</summary>
    /// <exception cref="ModelNotSupportedException">It is not, or breaks the format.</exception>
    public static ConfigJson Parse(string text, string path)
    {
        if (text.Length > MaxLength)
            throw new ModelNotSupportedException($"{path}: {text.Length} characters are too many for a config.");
        try
        {
            var config = new YamlConfig(text, path);
            config._parser.Consume<StreamStart>();
            config._parser.Consume<DocumentStart>();
            JsonNode root = config.Read(0) as JsonObject ?? throw config.Error("its top level is no mapping");
            return ConfigJson.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), path);
        }
        catch (Exception error) when (error is not (ModelNotSupportedException or OutOfMemoryException))
        {
            // The parser stumbles over broken texts by many kinds of exceptions, not only its own.
            throw new ModelNotSupportedException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    private JsonNode? Read(int depth)
    {
        if (depth > MaxDepth || ++_values > MaxValues)
            throw Error($"it nests deeper than {MaxDepth} levels or has more than {MaxValues} values");
        ParsingEvent next = _parser.Consume<ParsingEvent>();
        if (next is AnchorAlias alias)
            return Copy(alias);
        if (next is not NodeEvent node)
            throw Error("it breaks off");
        bool isPlain = !IsTagged(node) || node.Tag.Value.StartsWith(PlainTags, StringComparison.Ordinal)
            && node.Tag.Value[PlainTags.Length..].All(char.IsAsciiLetter);
        if (!isPlain)
            throw Error($"it asks for '{node.Tag.Value}', which is no plain value");
        JsonNode? value = node switch
        {
            Scalar scalar => ToValue(scalar),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => throw Error("it breaks off"),
        };
        if (!node.Anchor.IsEmpty)
            _anchors[node.Anchor.Value] = value;
        return value;
    }

    private static bool IsTagged(NodeEvent node) => !node.Tag.IsEmpty && !node.Tag.IsNonSpecific;

    private JsonArray ReadSequence(int depth)
    {
        var array = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            array.Add(Read(depth + 1));
        return array;
    }

    private JsonObject ReadMapping(int depth)
    {
        var mapping = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            string key = _parser.Consume<ParsingEvent>() is Scalar scalar ? scalar.Value : throw Error("a key is no plain text");
            JsonNode? value = Read(depth + 1);
            mapping[key] = value;
        }
        return mapping;
    }

    private JsonNode? Copy(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out JsonNode? value))
            throw Error($"'*{alias.Value}' stands for nothing");
        _values += CountOf(value);
        return _values <= MaxValues ? value?.DeepClone() : throw Error($"it has more than {MaxValues} values");
    }

    private static int CountOf(JsonNode? node) => 1 + node switch
    {
        JsonArray array => array.Sum(CountOf),
        JsonObject mapping => mapping.Sum(pair => CountOf(pair.Value)),
        _ => 0,
    };

    /// <summary>Plain scalars by YAML's core schema, and Python's spellings of it.</summary>
    private static JsonNode? ToValue(Scalar scalar)
    {
        string text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || IsTagged(scalar) && scalar.Tag.Value == PlainTags + "str")
            return text;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "false" or "False" or "FALSE":
                return text[0] is 't' or 'T';
            case ".inf" or ".Inf" or "+.inf":
                return "Infinity";
            case "-.inf" or "-.Inf":
                return "-Infinity";
            case ".nan" or ".NaN":
                return "NaN";
        }
        if (Integer().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
            return integer;
        double number = Number().IsMatch(text) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : double.NaN;
        return double.IsFinite(number) ? number : text;
    }

    private ModelNotSupportedException Error(string what) => new($"{_path}: cannot be read at line {_parser.Current?.Start.Line}: {what}.");

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
