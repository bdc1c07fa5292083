using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// spaCy's <c>en_core_web_sm</c> part-of-speech tagger: hash embeddings of six features of a token's spelling, mixed, then four
/// residual layers over a window of three tokens (Honnibal's "tok2vec"), then a linear layer. The folder's README gives the details.
/// </summary>
internal sealed class EnglishTagger : IEnglishTagger
{
    private const int Width = 96, MaxoutPieces = 3, Layers = 4;

    // A layer sees one token to either side, so four layers see four; blocks overlap by that much and are exact.
    private const int Context = Layers, BlockTokens = 64;

    /// <summary>The embedding table of one feature.</summary>
    private sealed record Feature(string Name, uint Seed, float[] Table);

    /// <summary>A maxout layer with its layer norm.</summary>
    private sealed record Layer(float[] Weight, float[] Bias, float[] Scale, float[] Shift);

    private readonly EnglishTokenizer _tokenizer;
    private readonly Dictionary<string, ulong> _symbols;
    private readonly Dictionary<ulong, string> _wordNorms;
    private readonly Dictionary<string, string> _baseNorms;
    private readonly string[] _labels;
    private readonly Feature[] _features;
    private readonly Layer _mix;
    private readonly Layer[] _encode;
    private readonly float[] _weight, _bias;

    /// <summary>Reads the folder's tokenizer, features and weights.</summary>
    /// <param name="folder">Holds <c>tokenizer.json</c>, <c>tagger.json</c> and <c>model.safetensors</c>.</param>
    public EnglishTagger(string folder)
    {
        _tokenizer = new EnglishTokenizer(Path.Combine(folder, "tokenizer.json"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tagger.json")));
        var root = json.RootElement;
        _labels = [.. root.GetProperty("labels").EnumerateArray().Select(label => label.GetString()!)];
        _symbols = root.GetProperty("symbols").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetUInt64());
        _baseNorms = root.GetProperty("base_norms").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!);
        _wordNorms = root.GetProperty("lexeme_norm").EnumerateObject().ToDictionary(
            entry => ulong.Parse(entry.Name, CultureInfo.InvariantCulture), entry => entry.Value.GetString()!);
        using var weights = new WeightArrays(folder);
        _features = [.. root.GetProperty("features").EnumerateArray().Select(feature => new Feature(
            feature.GetProperty("name").GetString()!, feature.GetProperty("seed").GetUInt32(),
            weights.Read($"embed.{feature.GetProperty("name").GetString()!.ToLowerInvariant()}.weight", feature.GetProperty("rows").GetInt32() * Width)))];
        _mix = LoadLayer("mix", _features.Length * Width);
        _encode = [.. Enumerable.Range(0, Layers).Select(i => LoadLayer($"encode.{i}", 3 * Width))];
        _weight = weights.Read("tagger.weight", _labels.Length * Width);
        _bias = weights.Read("tagger.bias", _labels.Length);

        Layer LoadLayer(string name, int inputs) => new(
            weights.Read($"{name}.maxout.weight", Width * MaxoutPieces * inputs), weights.Read($"{name}.maxout.bias", Width * MaxoutPieces),
            weights.Read($"{name}.norm.weight", Width), weights.Read($"{name}.norm.bias", Width));
    }

    /// <inheritdoc/>
    public IReadOnlyList<TaggedToken> Tag(string text)
    {
        var tokens = _tokenizer.Split(text);
        var tagged = new TaggedToken[tokens.Count];
        for (int start = 0; start < tokens.Count; start += BlockTokens)
        {
            int count = Math.Min(BlockTokens, tokens.Count - start);
            TagBlock(CollectionsMarshal.AsSpan(tokens), start, tagged.AsSpan(start, count));
        }
        return tagged;
    }

    /// <summary>Runs the network on a block of tokens and its context: rows are tokens from start - Context on, zero outside the text.</summary>
    private void TagBlock(ReadOnlySpan<EnglishTokenizer.Token> tokens, int start, Span<TaggedToken> tagged)
    {
        int rows = tagged.Length + 2 * Context;
        int first = Math.Max(0, start - Context), last = Math.Min(tokens.Length, start + tagged.Length + Context);
        var embedded = new float[(last - first) * _features.Length * Width];
        for (int i = first; i < last; i++)
            Embed(tokens[i], embedded.AsSpan((i - first) * _features.Length * Width, _features.Length * Width));

        var x = new float[rows * Width];
        var pieces = new float[rows * Width * MaxoutPieces];
        var mixed = x.AsSpan((first - start + Context) * Width, (last - first) * Width);
        Apply(_mix, embedded, pieces, mixed, residual: false);

        var window = new float[rows * 3 * Width];
        foreach (var layer in _encode)
        {
            for (int row = 0; row < rows; row++)
                for (int side = -1; side <= 1; side++)
                    if (row + side >= 0 && row + side < rows)
                        x.AsSpan((row + side) * Width, Width).CopyTo(window.AsSpan((row * 3 + side + 1) * Width));
            Apply(layer, window, pieces, x, residual: true);
        }

        var scores = new float[tagged.Length * _labels.Length];
        Dense.Multiply(_weight, _bias, x.AsSpan(Context * Width, tagged.Length * Width), scores);
        for (int i = 0; i < tagged.Length; i++)
        {
            var score = scores.AsSpan(i * _labels.Length, _labels.Length);
            int best = 0;
            for (int label = 1; label < score.Length; label++)
                if (score[label] > score[best]) best = label;
            var token = tokens[start + i];
            tagged[i] = new TaggedToken(token.Text, _labels[best], token.SpaceAfter ? " " : "");
        }
    }

    /// <summary>output (+)= norm(maxout(input)).</summary>
    private static void Apply(Layer layer, ReadOnlySpan<float> input, Span<float> pieces, Span<float> output, bool residual)
    {
        int rows = output.Length / Width;
        Dense.Multiply(layer.Weight, layer.Bias, input, pieces);
        Span<float> row = stackalloc float[Width];
        for (int i = 0; i < rows; i++)
        {
            var piece = pieces.Slice(i * Width * MaxoutPieces, Width * MaxoutPieces);
            float mean = 0, variance = 0;
            for (int j = 0; j < Width; j++)
            {
                row[j] = Math.Max(piece[j * MaxoutPieces], Math.Max(piece[j * MaxoutPieces + 1], piece[j * MaxoutPieces + 2]));
                mean += row[j] / Width;
            }
            for (int j = 0; j < Width; j++)
                variance += (row[j] - mean) * (row[j] - mean) / Width;
            float factor = 1 / MathF.Sqrt(variance + 1e-8f);
            var result = output.Slice(i * Width, Width);
            for (int j = 0; j < Width; j++)
                result[j] = (residual ? result[j] : 0) + (row[j] - mean) * factor * layer.Scale[j] + layer.Shift[j];
        }
    }

    /// <summary>The sum of four rows of each feature's table, chosen by hashing the feature's value.</summary>
    private void Embed(EnglishTokenizer.Token token, Span<float> output)
    {
        for (int f = 0; f < _features.Length; f++)
        {
            var (name, seed, table) = _features[f];
            var (low, high) = MurmurHash.Hash128(Value(name, token), seed);
            var target = output.Slice(f * Width, Width);
            ReadOnlySpan<uint> hashes = [(uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32)];
            foreach (uint hash in hashes)
            {
                var row = table.AsSpan((int)(hash % (uint)(table.Length / Width)) * Width, Width);
                for (int j = 0; j < Width; j++)
                    target[j] += row[j];
            }
        }
    }

    private ulong Value(string feature, EnglishTokenizer.Token token) => feature switch
    {
        "NORM" => Number(token.Norm ?? Norm(token.Text)),
        "PREFIX" => Number(TextFeatures.Prefix(token.Text)),
        "SUFFIX" => Number(TextFeatures.Suffix(token.Text)),
        "SHAPE" => Number(TextFeatures.Shape(token.Text)),
        "SPACY" => token.SpaceAfter ? 1UL : 0,
        "IS_SPACE" => TextFeatures.IsWhiteSpace(token.Text[0]) ? 1UL : 0,
        _ => throw new ModelNotSupportedException($"The tagger knows no feature '{feature}'."),
    };

    private string Norm(string text) =>
        _wordNorms.TryGetValue(Number(text), out string? norm) || _baseNorms.TryGetValue(text, out norm) ? norm : TextFeatures.Lower(text);

    /// <summary>spaCy's number of a string.</summary>
    private ulong Number(string text) =>
        _symbols.TryGetValue(text, out ulong symbol) ? symbol : MurmurHash.Hash64A(Encoding.UTF8.GetBytes(text), seed: 1);
}
